package io.gannet.transport.codec;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the sessions that have reported their close to a codec. */
record ClosingCounter(Codec<byte[]> codec, AtomicInteger closed) implements Codec<byte[]> {

  @Override
  public byte[] decode(CodecContext context, ReadBuffer in) {
    return codec.decode(context, in);
  }

  @Override
  public void encode(CodecContext context, byte[] message, WriteBuffer out) {
    codec.encode(context, message, out);
  }

  @Override
  public int bufferedBytes() {
    return codec.bufferedBytes();
  }

  @Override
  public void release(CodecContext context) {
    codec.release(context);
    closed.incrementAndGet();
  }
}
