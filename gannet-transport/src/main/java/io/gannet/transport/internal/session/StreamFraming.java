package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPromise;

/** A stream of bytes: they are written unchanged, and the pipeline delivers what is read. */
enum StreamFraming implements Framing {
  /** The only instance. */
  INSTANCE;

  @Override
  public boolean isPlain() {
    return true;
  }

  @Override
  public boolean isStream() {
    return true;
  }

  @Override
  public CloseReason endOfInput() {
    return new CloseReason(CloseReason.Kind.PEER_CLOSED, "closed by the peer");
  }

  @Override
  public boolean sendsText() {
    return false;
  }

  @Override
  public void attach(Receiver receiver) {}

  @Override
  public void resume() {}

  @Override
  public void write(ByteBuf[] chunks, ChannelPromise promise) {
    Channel channel = promise.channel();
    for (int i = 0; i < chunks.length; i++) {
      channel.write(chunks[i], i == chunks.length - 1 ? promise : channel.voidPromise());
    }
    channel.flush();
  }

  @Override
  public long marksWritten() {
    return 0;
  }

  @Override
  public void tap(ChannelHandler handler) {
    throw new UnsupportedOperationException("the pipeline shows the bytes of a stream");
  }
}
