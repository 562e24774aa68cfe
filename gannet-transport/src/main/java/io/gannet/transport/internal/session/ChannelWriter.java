package io.gannet.transport.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an {@link OutboundBuffer} holds, one batch at a time: while the operating system has not
 * taken one, what is sent meanwhile collects in the buffer and leaves together. Used on the session's
 * loop only.
 */
final class ChannelWriter implements Runnable, ChannelFutureListener {

  private static final int BATCHES_PER_TURN = 16;

  /** Stands for no number of bytes. */
  private static final long NOT_LOOKED = -1;

  private final NettySession<?> session;
  private final OutboundBuffer<?> outbound;
  private final Channel channel;

  /** Null where bytes are a stream. */
  private final @Nullable Framing framing;

  /** How many bytes are being written; zero when none are. */
  private long writing;

  private boolean busy;

  /** By the session's time, when the operating system last took something, and how much it had. */
  private long progressAt;

  private long progressSeen;

  /** Whether these two are about what the framing writes by itself. */
  private boolean watchingAnswer;

  ChannelWriter(
      NettySession<?> session,
      OutboundBuffer<?> outbound,
      Channel channel,
      @Nullable Framing framing) {
    this.framing = framing;
    this.session = session;
    this.outbound = outbound;
    this.channel = channel;
  }

  /** Writes what waits, unless a write is under way: its end will. */
  @Override
  public void run() {
    for (int turn = 0; !busy; turn++) {
      if (turn == BATCHES_PER_TURN) {
        channel.eventLoop().execute(this); // the other sessions of the loop want to write too
        return;
      }
      ByteBuf[] chunks = outbound.take();
      if (chunks == null) {
        session.allWritten();
        return;
      }
      if (!write(chunks)) {
        return;
      }
    }
  }

  /** Returns whether the write has ended already. */
  private boolean write(ByteBuf[] chunks) {
    ChannelPromise promise = channel.newPromise();
    writing = 0;
    progressSeen = NOT_LOOKED;
    busy = true;
    for (ByteBuf chunk : chunks) {
      writing += chunk.readableBytes();
    }
    if (framing != null) {
      framing.write(chunks, promise);
    } else {
      for (int i = 0; i < chunks.length; i++) {
        channel.write(chunks[i], i == chunks.length - 1 ? promise : channel.voidPromise());
      }
      channel.flush();
    }
    if (promise.isDone()) {
      return ended(promise);
    }
    progressAt = session.nanoTime();
    progressSeen = unwritten();
    promise.addListener(this);
    return false;
  }

  @Override
  public void operationComplete(ChannelFuture future) {
    if (ended(future)) {
      run();
    }
  }

  private boolean ended(ChannelFuture future) {
    busy = false;
    if (!future.isSuccess()) {
      session.ioFailed(future.cause());
      return false;
    }
    session.written(outbound.written(writing), writing);
    return true;
  }

  /** Returns whether the operating system has not taken everything yet. */
  boolean isBusy() {
    return busy;
  }

  /**
   * Tells for how long the peer has accepted nothing.
   *
   * @param now by the session's time
   * @return in nanoseconds; zero when nothing waits for the peer
   */
  long stalledFor(long now) {
    boolean answering = !busy && framing != null && framing.isAnswering();
    boolean begins = answering && !watchingAnswer;
    watchingAnswer = answering;
    if (!busy && !answering) {
      return 0;
    }
    long unwritten = unwritten();
    if (begins || unwritten != progressSeen) {
      progressSeen = unwritten;
      progressAt = now;
    }
    return now - progressAt;
  }

  /** Time has passed in which nothing could be written; it is none of the peer's. */
  void stoodStill(long elapsed, long now) {
    progressAt = now - progressAt < elapsed ? now : progressAt + elapsed;
  }

  /** Counts the bytes that Netty holds because the operating system doesn't take them. */
  long unwritten() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }
}
