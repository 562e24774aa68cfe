package io.gannet.transport.internal.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;

/** A body of unchanged bytes. */
public final class BytesBody implements BodyCodec<byte[]> {

  /** Creates a body codec. */
  public BytesBody() {}

  @Override
  public byte[] decode(ReadBuffer body) {
    return body.readBytes(body.readableBytes());
  }

  @Override
  public void encode(byte[] message, WriteBuffer out) {
    out.writeBytes(message);
  }
}
