package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.SessionClosedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a session: what it has accepted, and the writing of that, one batch at a time. While the
 * operating system has not taken one, what is sent meanwhile collects in the buffer and leaves together. What
 * is here, and not in the buffer, is used on the session's loop only.
 */
@SuppressWarnings("serial") // see SelfLock
final class Outbound<M> extends OutboundBuffer<M> implements Runnable, ChannelFutureListener {

  /** What the session is told, on its loop. */
  interface Events extends CodecContext {

    /**
     * The operating system has taken bytes.
     *
     * @param bytes how many
     */
    void written(long bytes);

    /** {@return the session's time in nanoseconds} */
    long now();

    /** {@return where the users' code runs that waits for messages to be written} */
    Executor completions();

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

  /**
   * The last progress of a peer.
   *
   * @param at when it was, by the session's time
   * @param unwritten how many bytes the operating system had not taken then
   */
  private record Progress(long at, long unwritten) {}

  private final Events events;
  private final Channel channel;

  private final Framing framing;

  /** How many bytes are being written; zero when none are. */
  private long writing;

  private boolean busy;

  /** Null unless something that was written waits for the peer. */
  private @Nullable Progress progress;

  Outbound(Codec<M> codec, Channel channel, Framing framing, SendPolicy policy, Events events) {
    super(codec, policy, framing.isPlain() ? null : new MessageMarks<>(codec, framing));
    this.channel = channel;
    this.framing = framing;
    this.events = events;
  }

  Channel channel() {
    return channel;
  }

  Framing framing() {
    return framing;
  }

  @Override
  CodecContext context() {
    return events;
  }

  @Override
  ByteBufAllocator allocator() {
    return channel.alloc();
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
    busy = true;
    for (ByteBuf chunk : chunks) {
      writing += chunk.readableBytes();
    }
    framing.write(chunks, promise);
    if (promise.isDone()) {
      return ended(promise);
    }
    progress = new Progress(events.now(), unwritten());
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
    progress = null;
    if (!future.isSuccess()) {
      events.ioFailed(future.cause());
      return false;
    }
    complete(written(writing), null);
    events.written(writing);
    return true;
  }

  /** Accepts nothing any more, throws away what waits, and tells those who sent it. */
  void abandon(SessionClosedException why) {
    complete(discard(), why);
  }

  private void complete(
      List<CompletableFuture<Void>> stages, @Nullable SessionClosedException failure) {
    if (stages.isEmpty()) {
      return;
    }
    Runnable all =
        () -> {
          for (CompletableFuture<Void> stage : stages) {
            if (failure == null) {
              stage.complete(null);
            } else {
              stage.completeExceptionally(failure);
            }
          }
        };
    try {
      events.completions().execute(all);
    } catch (Throwable t) {
      Thread.startVirtualThread(all); // the user's executor refuses, whatever it throws
    }
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
    if (!busy && !framing.isAnswering()) {
      progress = null;
      return 0;
    }
    Progress last = progress;
    long unwritten = unwritten();
    if (last == null || last.unwritten() != unwritten) {
      last = new Progress(now, unwritten);
      progress = last;
    }
    return now - last.at();
  }

  /** Time has passed in which nothing could be written; it is none of the peer's. */
  void stoodStill(long elapsed, long now) {
    Progress last = progress;
    if (last != null) {
      long at = now - last.at() < elapsed ? now : last.at() + elapsed;
      progress = new Progress(at, last.unwritten());
    }
  }

  /** Counts the bytes that Netty holds because the operating system doesn't take them. */
  long unwritten() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }
}
