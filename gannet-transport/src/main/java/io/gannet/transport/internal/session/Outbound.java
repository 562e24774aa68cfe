package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.TimeSource;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The way out of a session: what it has accepted, and the writing of that, one batch at a time. While the
 * operating system has not taken one, what is sent meanwhile collects in the buffer and leaves together. What
 * is here, and not in the buffer, is used on the session's loop only.
 */
final class Outbound<M> extends OutboundBuffer<M> implements Runnable, ChannelFutureListener {

  /** What the session is told, on its loop. */
  interface Events {

    /**
     * The operating system has taken bytes.
     *
     * @param done the acknowledgements that are due
     * @param bytes how many bytes
     */
    void written(List<CompletableFuture<Void>> done, long bytes);

    /** Everything that was accepted has been handed to the operating system. */
    void allWritten();

    /**
     * A write has failed.
     *
     * @param cause why
     */
    void ioFailed(Throwable cause);
  }

  private static final int BATCHES_PER_TURN = 16;

  /** Stands for no number of bytes. */
  private static final long NOT_LOOKED = -1;

  private final Events events;
  private final TimeSource time;
  private final Channel channel;

  private final Framing framing;

  /** How many bytes are being written; zero when none are. */
  private long writing;

  private boolean busy;

  /** By the session's time, when the operating system last took something, and how much it had. */
  private long progressAt;

  private long progressSeen;

  /** Whether these two are about what the framing writes by itself. */
  private boolean watchingAnswer;

  Outbound(
      Codec<M> codec,
      CodecContext context,
      Channel channel,
      Framing framing,
      SendPolicy policy,
      TimeSource time,
      Events events) {
    super(
        codec,
        context,
        channel.alloc(),
        policy.high(),
        policy.low(),
        framing.isPlain() ? null : new MessageMarks<>(codec, framing));
    this.channel = channel;
    this.framing = framing;
    this.time = time;
    this.events = events;
  }

  /** Writes what waits, unless a write is under way: its end will. */
  @Override
  public void run() {
    for (int turn = 0; !busy; turn++) {
      if (turn == BATCHES_PER_TURN) {
        channel.eventLoop().execute(this); // the other sessions of the loop want to write too
        return;
      }
      ByteBuf[] chunks = take();
      if (chunks == null) {
        events.allWritten();
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
    framing.write(chunks, promise);
    if (promise.isDone()) {
      return ended(promise);
    }
    progressAt = time.nanoTime();
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
      events.ioFailed(future.cause());
      return false;
    }
    events.written(written(writing), writing);
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
    boolean answering = !busy && framing.isAnswering();
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
