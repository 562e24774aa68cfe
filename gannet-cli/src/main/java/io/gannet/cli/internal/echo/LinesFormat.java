package io.gannet.cli.internal.echo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.transport.Codec;
import io.gannet.transport.MessageHandler;
import io.gannet.transport.Session;
import io.gannet.transport.codec.Codecs;

/** Lines of text, each ended by a line feed. */
final class LinesFormat implements EchoFormat<String> {

  private static final int MAX_MESSAGE = 4 * 1024 * 1024;
  private static final int LINE_FEED = 1;

  /** One character per byte, so that bytes that are not valid UTF-8 are also returned unchanged. */
  private final Codec<String> codec = Codecs.lines(ISO_8859_1);

  @Override
  public Codec<String> codec() {
    return codec;
  }

  @Override
  public MessageHandler<String> server() {
    return Session::send;
  }

  @Override
  public int maxSize() {
    return MAX_MESSAGE - LINE_FEED;
  }

  @Override
  public String request(long number, byte[] payload) {
    return new String(payload, ISO_8859_1);
  }

  @Override
  public boolean answers(String request, String reply) {
    return request.equals(reply);
  }
}
