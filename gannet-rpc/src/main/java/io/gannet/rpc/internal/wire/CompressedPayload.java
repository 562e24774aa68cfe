package io.gannet.rpc.internal.wire;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.transport.WriteBuffer;
import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

/** A value as its size and one raw DEFLATE stream (RFC 1951). */
public final class CompressedPayload implements Payload {

  private final Encoding encoding;
  private final int size;
  private final byte[] deflated;

  /**
   * Creates the payload of a received value.
   *
   * @param encoding the encoding of the inflated value
   * @param size the inflated size that the peer reports; within the limit
   * @param deflated the stream; not copied
   */
  CompressedPayload(Encoding encoding, int size, byte[] deflated) {
    this.encoding = encoding;
    this.size = size;
    this.deflated = deflated;
  }

  /**
   * Compresses a value if it is large enough and compression makes it smaller.
   *
   * @param value the value
   * @param above the smallest size to compress, in bytes
   */
  public static Payload of(Payload value, int above) {
    byte[] bytes = value.bytes();
    if (bytes.length <= above) {
      return new PlainPayload(value.encoding(), bytes);
    }
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    ByteArrayOutputStream deflated = new ByteArrayOutputStream(bytes.length / 2);
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated, deflater)) {
      out.write(bytes);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("a buffer in memory does no I/O", e);
    } finally {
      deflater.end();
    }
    return deflated.size() < bytes.length
        ? new CompressedPayload(value.encoding(), bytes.length, deflated.toByteArray())
        : new PlainPayload(value.encoding(), bytes);
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public boolean isCompressed() {
    return true;
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
  public Payload written() {
    return this;
  }

  @Override
  public void writeTo(WriteBuffer out) {
    out.writeInt(size);
    out.writeBytes(deflated);
  }

  @Override
  public byte[] bytes() {
    byte[] inflated = new byte[size];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(deflated);
      int length = inflater.inflate(inflated);
      if (length < size || !isAtItsEnd(inflater)) {
        throw bad("its size is not the announced one, %,d bytes".formatted(size), null);
      }
      return inflated;
    } catch (DataFormatException e) {
      throw bad(String.valueOf(e.getMessage()), e);
    } finally {
      inflater.end();
    }
  }

  private static boolean isAtItsEnd(Inflater inflater) throws DataFormatException {
    return inflater.finished() || (inflater.inflate(new byte[1]) == 0 && inflater.finished());
  }

  private static RpcException bad(String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new RpcException(
        RpcCode.INVALID_ARGUMENT, "the compressed payload can't be inflated: " + why, cause);
  }
}
