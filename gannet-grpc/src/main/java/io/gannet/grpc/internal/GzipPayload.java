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
 * it, up to the size in its trailer, which is within the limit.
 */
final class GzipPayload implements Payload {

  /** The size of the header and the trailer without content, in bytes. */
  private static final int SMALLEST = 18;

  private final Encoding encoding;
  private final int size;
  private final byte[] deflated;

  private GzipPayload(Encoding encoding, int size, byte[] deflated) {
    this.encoding = encoding;
    this.size = size;
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
    long size = 0;
    for (int i = 1; i <= 4; i++) {
      size = size << 8 | (deflated[deflated.length - i] & 0xFF);
    }
    if (size > maxSize) {
      throw new RpcException(
          RpcCode.RESOURCE_EXHAUSTED,
          "the decompressed message has %,d bytes, the limit is %,d (setting maxMessageSize)"
              .formatted(size, maxSize));
    }
    return new GzipPayload(encoding, (int) size, deflated);
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
      if (inflated.length < size || in.read() >= 0) {
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
