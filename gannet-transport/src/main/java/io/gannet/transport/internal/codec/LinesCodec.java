package io.gannet.transport.internal.codec;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines of text. */
public final class LinesCodec implements Codec<String> {

  private static final byte[] LINE_FEED = {'\n'};
  private static final byte[] CARRIAGE_RETURN = {'\r'};

  private final Charset charset;

  /**
   * Creates a codec.
   *
   * @param charset the encoding of the text
   * @throws IllegalArgumentException if a line end is not one byte in this charset
   */
  public LinesCodec(Charset charset) {
    if (!charset.canEncode()
        || !Arrays.equals("\n".getBytes(charset), LINE_FEED)
        || !Arrays.equals("\r".getBytes(charset), CARRIAGE_RETURN)) {
      throw new IllegalArgumentException(
          charset
              + " does not write a line feed as the byte 0A; use a delimiter or a length prefix");
    }
    this.charset = charset;
  }

  @Override
  public @Nullable String decode(CodecContext context, ReadBuffer in) {
    int limit = context.maxMessageSize();
    int lineFeed = Frames.find(LINE_FEED, in);
    long size = (lineFeed < 0 ? in.readableBytes() : lineFeed) + 1L;
    if (size > limit) {
      throw new MessageTooLargeException(size, limit, "maxMessageSize");
    }
    if (lineFeed < 0) {
      return null;
    }
    int length = lineFeed > 0 && in.getByte(lineFeed - 1) == '\r' ? lineFeed - 1 : lineFeed;
    try {
      return Text.read(in, length, charset);
    } finally {
      in.skip(lineFeed + 1 - length);
    }
  }

  @Override
  public void encode(CodecContext context, String message, WriteBuffer out) {
    int lineFeed = message.indexOf('\n');
    if (lineFeed >= 0) {
      throw new EncodeException(
          "the line contains a line feed at index %,d, where the receiver would split it"
              .formatted(lineFeed));
    }
    if (message.endsWith("\r")) {
      throw new EncodeException(
          "the line ends with a carriage return, which the receiver would treat as part of the"
              + " line end");
    }
    Text.write(message, charset, out);
    out.writeByte('\n');
  }
}
