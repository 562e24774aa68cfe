package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.testkit.Hex;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A protocol for tests of the session: a length in four bytes, then that many bytes of UTF-8.
 * Encoding a text that begins with {@link #UNENCODABLE} fails after some of its bytes have been
 * written.
 */
class TextCodec implements Codec<String> {

  static final String UNENCODABLE = "unencodable";

  private static final int HEADER = 4;
  private static final int NOTHING = -2;

  @Override
  public @Nullable String decode(CodecContext context, ReadBuffer in) {
    if (in.readableBytes() < HEADER) {
      return null;
    }
    int length = in.getInt(0);
    if (length == NOTHING) {
      in.skip(HEADER);
      return null;
    }
    if (length < 0) {
      throw new DecodeException("negative length " + length);
    }
    if (length > context.maxMessageSize() - HEADER) {
      throw new MessageTooLargeException(
          (long) HEADER + length, context.maxMessageSize(), "maxMessageSize");
    }
    if (in.readableBytes() < HEADER + length) {
      return null;
    }
    in.skip(HEADER);
    return in.readString(length, UTF_8);
  }

  @Override
  public void encode(CodecContext context, String message, WriteBuffer out) {
    out.writeInt(0);
    int length = out.writeString(message, UTF_8);
    if (message.startsWith(UNENCODABLE)) {
      throw new EncodeException("told to fail: " + message);
    }
    out.setInt(0, length);
  }

  /** {@return bytes that the decoder skips silently} */
  static byte[] nothing() {
    return ByteBuffer.allocate(HEADER).putInt(NOTHING).array();
  }

  /** The bytes of some messages, one after the other. */
  static byte[] frames(String... texts) {
    int size = Arrays.stream(texts).mapToInt(text -> HEADER + text.getBytes(UTF_8).length).sum();
    ByteBuffer frames = ByteBuffer.allocate(size);
    for (String text : texts) {
      byte[] bytes = text.getBytes(UTF_8);
      frames.putInt(bytes.length).put(bytes);
    }
    return frames.array();
  }

  /** The bytes of a header that announces a length. */
  static byte[] header(int length) {
    return Hex.bytes("%08x".formatted(length));
  }
}
