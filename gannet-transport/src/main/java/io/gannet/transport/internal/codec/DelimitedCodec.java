package io.gannet.transport.internal.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Frames that end with a sequence of bytes. */
public final class DelimitedCodec<M> implements Codec<M> {

  private final byte[] delimiter;
  private final boolean skipBlank;
  private final BodyCodec<M> body;

  private DelimitedCodec(byte[] delimiter, boolean skipBlank, BodyCodec<M> body) {
    this.delimiter = delimiter.clone();
    this.skipBlank = skipBlank;
    this.body = body;
  }

  /**
   * Creates a codec that decodes each frame.
   *
   * @param delimiter the end of a frame, at least one byte
   * @param body the codec of a frame without its delimiter
   * @param <M> the type of messages
   * @return the codec
   */
  public static <M> DelimitedCodec<M> ofAllFrames(byte[] delimiter, BodyCodec<M> body) {
    return new DelimitedCodec<>(delimiter, false, body);
  }

  /**
   * Creates a codec that ignores frames that contain only spaces, tabs, carriage returns and line
   * feeds.
   *
   * @param delimiter the end of a frame, at least one byte
   * @param body the codec of a frame without its delimiter
   * @param <M> the type of messages
   * @return the codec
   */
  public static <M> DelimitedCodec<M> skippingBlankFrames(byte[] delimiter, BodyCodec<M> body) {
    return new DelimitedCodec<>(delimiter, true, body);
  }

  @Override
  public @Nullable M decode(CodecContext context, ReadBuffer in) {
    int limit = context.maxMessageSize();
    while (true) {
      int length = Frames.find(delimiter, in);
      // Without a delimiter so far, the frame has at least one byte more than those received.
      long frameSize = length < 0 ? in.readableBytes() + 1L : (long) length + delimiter.length;
      if (frameSize > limit) {
        throw new MessageTooLargeException(frameSize, limit, "maxMessageSize");
      }
      if (length < 0) {
        return null;
      }
      if (!skipBlank || !isBlank(in, length)) {
        return decodeFrame(in, length);
      }
      in.skip(length + delimiter.length);
    }
  }

  private M decodeFrame(ReadBuffer in, int length) {
    try {
      return Frames.decodeBody(body, in, length);
    } finally {
      in.skip(delimiter.length);
    }
  }

  private static boolean isBlank(ReadBuffer in, int length) {
    for (int i = 0; i < length; i++) {
      byte value = in.getByte(i);
      if (value != ' ' && value != '\t' && value != '\r' && value != '\n') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void encode(CodecContext context, M message, WriteBuffer out) {
    if (out instanceof ByteBufWriter writer) {
      encode(message, writer);
    } else {
      Frames.encodeApart(out, writer -> encode(message, writer));
    }
  }

  private void encode(M message, ByteBufWriter out) {
    int start = out.size();
    body.encode(message, out);
    int end = out.size();
    out.writeBytes(delimiter);
    // Searched after the delimiter was written, because a delimiter can also start inside the
    // message and end after it.
    int found = out.indexOf(delimiter, start);
    if (found < end) {
      throw new EncodeException(
          "the message contains the delimiter %s at offset %,d, where the receiver would split it"
              .formatted(HexFormat.ofDelimiter(" ").formatHex(delimiter), found - start));
    }
  }
}
