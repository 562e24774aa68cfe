package io.gannet.rpc.internal.wire;

import io.gannet.transport.WriteBuffer;

/** An uncompressed value as bytes. */
public final class PlainPayload implements Payload {

  /** No value. */
  public static final Payload EMPTY = new PlainPayload(Encoding.NONE, new byte[0]);

  private final Encoding encoding;
  private final byte[] bytes;

  /**
   * Creates a payload.
   *
   * @param encoding the encoding of the value
   * @param bytes the encoded value; not copied
   */
  public PlainPayload(Encoding encoding, byte[] bytes) {
    this.encoding = encoding;
    this.bytes = bytes;
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public int size() {
    return bytes.length;
  }

  @Override
  public Payload written() {
    return this;
  }

  @Override
  public void writeTo(WriteBuffer out) {
    out.writeBytes(bytes);
  }
}
