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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The outbound side of a session: the accepted messages, and writing them one batch at a time.
 * Messages that are sent while the operating system hasn't taken a batch are collected in the
 * buffer and written together. The fields of this class, other than those of the buffer, are used
 * on the session's loop only.
 */
@SuppressWarnings("serial") // see SelfLock
final class Outbound<M> extends OutboundBuffer<M> implements Runnable, ChannelFutureListener {

  /** The session, as seen by its outbound side. Called on its loop. */
  interface Events extends CodecContext {

    /**
     * Called when the operating system has taken bytes.
     *
     * @param bytes the number of bytes
     */
    void written(long bytes);

    /** {@return the session's time in nanoseconds} */
    long now();

    /** {@return the executor for user code that waits for messages to be written} */
    Executor completions();

    /** Called when everything that was accepted has been passed to the operating system. */
    void allWritten();

    /**
     * Called when a write has failed.
     *
     * @param cause the reason
     */
    void ioFailed(Throwable cause);
  }

  /** The number of writes in a row; then the other sessions of the loop run. */
  private static final int BATCHES_PER_TURN = 16;

  /**
   * The last progress of a peer.
   *
   * @param at the time, by the session's clock
   * @param unwritten the number of bytes that the operating system hadn't taken then
   */
  private record Progress(long at, long unwritten) {}

  private final Events events;
  private final Channel channel;

  private final Framing framing;

  /** The number of bytes being written; zero if there is no write. */
  private long writing;

  /** Whether the framing hasn't completed the last write yet. */
  private boolean writeInProgress;

  /** Set while a write is in progress or the framing holds answers. */
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

  /** Writes queued bytes, unless a write is in progress, whose end will write them. */
  @Override
  public void run() {
    for (int turn = 0; !writeInProgress; turn++) {
      if (turn == BATCHES_PER_TURN) {
        channel.eventLoop().execute(this); // lets the other sessions of the loop write
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

  /** Returns whether the write has already completed. */
  private boolean write(ByteBuf[] chunks) {
    ChannelPromise promise = channel.newPromise();
    writing = 0;
    writeInProgress = true;
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
    writeInProgress = false;
    progress = null;
    if (!future.isSuccess()) {
      events.ioFailed(future.cause());
      return false;
    }
    complete(written(writing), null);
    events.written(writing);
    return true;
  }

  /** Closes the queue, leaves its content to the framing, and fails the pending sends. */
  void abandon(SessionClosedException why) {
    seal();
    List<ByteBuf> unwritten = new ArrayList<>();
    for (ByteBuf[] chunks = take(); chunks != null; chunks = take()) {
      unwritten.addAll(List.of(chunks));
    }
    complete(discard(), why);
    framing.discard(unwritten);
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
      Thread.startVirtualThread(all); // the user's executor has rejected the task
    }
  }

  /** Returns whether the operating system hasn't taken all bytes yet. */
  boolean isBusy() {
    return writeInProgress;
  }

  /**
   * Returns how long the peer has accepted no bytes.
   *
   * @param now the current time, by the session's clock
   * @return the time in nanoseconds; zero if no bytes wait for the peer
   */
  long stalledFor(long now) {
    if (!writeInProgress && !framing.isAnswering()) {
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

  /** Excludes time in which the process could write nothing from the peer's stall time. */
  void discount(long elapsed, long now) {
    Progress last = progress;
    if (last != null) {
      long at = now - last.at() < elapsed ? now : last.at() + elapsed;
      progress = new Progress(at, last.unwritten());
    }
  }

  /**
   * Returns the number of bytes that Netty holds because the operating system doesn't take them,
   * and that the framing holds because the peer doesn't.
   */
  long unwritten() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return framing.waitingBytes()
        + (buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress());
  }
}
