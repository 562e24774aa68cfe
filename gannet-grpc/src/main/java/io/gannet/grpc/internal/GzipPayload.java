package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.transport.WriteBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A received value that is compressed with gzip (RFC 1952). It is inflated on the thread that reads
 * it, up to the size in its trailer, which is within the limit. The size of several members
 * (section 2.2) is known only then.
 */
final class GzipPayload implements Payload {

  /** The size of the header and the trailer without content, in bytes. */
  private static final int SMALLEST = 18;

  /** The operating system that most programs name in the header, and the largest other one. */
  private static final int UNKNOWN_SYSTEM = 255;

  private static final int LAST_SYSTEM = 13;

  private final Encoding encoding;
  private final int size;
  private final boolean several;
  private final byte[] deflated;

  private GzipPayload(Encoding encoding, int size, boolean several, byte[] deflated) {
    this.encoding = encoding;
    this.size = size;
    this.several = several;
    this.deflated = deflated;
  }

  /**
   * {@return the payload of a received value}
   *
   * @param encoding the encoding of the inflated value
   * @param deflated the compressed value; not copied
   * @param maxSize the largest inflated size in bytes
   * @throws RpcException if it is larger, or isn't gzip
   */
  static Payload of(Encoding encoding, byte[] deflated, int maxSize) {
    if (deflated.length < SMALLEST) {
      throw bad("it has only %d bytes".formatted(deflated.length), null);
    }
    if (hasSeveralMembers(deflated)) { // each with a size of its own: counts as the largest
      return new GzipPayload(encoding, maxSize, true, deflated);
    }
    long size = 0;
    for (int i = 1; i <= 4; i++) {
      size = size << 8 | (deflated[deflated.length - i] & 0xFF);
    }
    if (size > maxSize) {
      throw tooLarge(size, maxSize);
    }
    return new GzipPayload(encoding, (int) size, false, deflated);
  }

  /** Returns whether another header follows the first one, as programs write it. */
  private static boolean hasSeveralMembers(byte[] bytes) {
    for (int i = SMALLEST; i <= bytes.length - SMALLEST; i++) {
      if (bytes[i] == 0x1F && (bytes[i + 1] & 0xFF) == 0x8B && bytes[i + 2] == 8) {
        int flags = bytes[i + 3] & 0xFF;
        int extra = bytes[i + 8];
        int system = bytes[i + 9] & 0xFF;
        if (flags <= 0x1F
            && (extra == 0 || extra == 2 || extra == 4)
            && (system <= LAST_SYSTEM || system == UNKNOWN_SYSTEM)) {
          return true;
        }
      }
    }
    return false;
  }

  private static RpcException tooLarge(long size, int maxSize) {
    return new RpcException(
        RpcCode.RESOURCE_EXHAUSTED,
        "the decompressed message has %,d bytes, the limit is %,d (setting maxMessageSize)"
            .formatted(size, maxSize));
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int held() {
    return deflated.length;
  }

  @Override
  public void writeTo(WriteBuffer out) {
    out.writeBytes(bytes());
  }

  @Override
  public byte[] bytes() {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(deflated))) {
      byte[] inflated = in.readNBytes(size); // allocates as the data comes, not what was announced
      boolean more = in.read() >= 0;
      if (several && more) {
        throw tooLarge(size + 1L, size);
      } else if (more || (inflated.length < size && !several)) {
        throw bad("its size is not the one in its trailer, %,d bytes".formatted(size), null);
      }
      return inflated;
    } catch (IOException e) {
      throw bad(String.valueOf(e.getMessage()), e);
    }
  }

  private static RpcException bad(String why, @Nullable Throwable cause) {
    return new RpcException(
        RpcCode.INTERNAL, "the compressed message can't be inflated: " + why, cause);
  }
}
