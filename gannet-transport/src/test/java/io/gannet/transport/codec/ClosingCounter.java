package io.gannet.transport.codec;

import io.gannet.transport.Codec;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.Session;
import io.gannet.transport.WriteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the sessions that have told a codec that they have closed. */
record ClosingCounter(Codec<byte[]> codec, AtomicInteger closed) implements Codec<byte[]> {

  @Override
  public byte[] decode(Session<byte[]> session, ReadBuffer in) {
    return codec.decode(session, in);
  }

  @Override
  public void encode(Session<byte[]> session, byte[] message, WriteBuffer out) {
    codec.encode(session, message, out);
  }

  @Override
  public int bufferedBytes() {
    return codec.bufferedBytes();
  }

  @Override
  public void sessionClosed(Session<byte[]> session) {
    codec.sessionClosed(session);
    closed.incrementAndGet();
  }
}
