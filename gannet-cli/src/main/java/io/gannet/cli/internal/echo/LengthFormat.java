package io.gannet.cli.internal.echo;

import io.gannet.transport.Codec;
import io.gannet.transport.MessageHandler;
import io.gannet.transport.Session;
import io.gannet.transport.codec.Codecs;
import java.util.Arrays;

/** Bytes after a 4-byte big-endian length. */
final class LengthFormat implements EchoFormat<byte[]> {

  private static final int MAX_MESSAGE = 4 * 1024 * 1024;

  private final Codec<byte[]> codec = Codecs.lengthPrefixed();

  @Override
  public Codec<byte[]> codec() {
    return codec;
  }

  @Override
  public MessageHandler<byte[]> server() {
    return Session::send;
  }

  @Override
  public int maxSize() {
    return MAX_MESSAGE - Integer.BYTES;
  }

  @Override
  public byte[] request(long number, byte[] payload) {
    return payload;
  }

  @Override
  public boolean answers(byte[] request, byte[] reply) {
    return Arrays.equals(request, reply);
  }
}
