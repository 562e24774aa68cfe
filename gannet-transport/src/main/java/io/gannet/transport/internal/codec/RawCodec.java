package io.gannet.transport.internal.codec;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import org.jspecify.annotations.Nullable;

/** No framing: all bytes that have arrived are one message. */
public final class RawCodec implements Codec<byte[]> {

  /** Creates a codec. */
  public RawCodec() {}

  @Override
  public byte @Nullable [] decode(CodecContext context, ReadBuffer in) {
    int readable = in.readableBytes();
    return readable == 0 ? null : in.readBytes(Math.min(readable, context.maxMessageSize()));
  }

  @Override
  public void encode(CodecContext context, byte[] message, WriteBuffer out) {
    out.writeBytes(message);
  }
}
