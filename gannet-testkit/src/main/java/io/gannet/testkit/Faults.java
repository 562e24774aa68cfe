package io.gannet.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What a {@link FaultProxy} does to the bytes that flow in one direction. Every setter takes effect at once, on all
 * connections, those that stand included; positions count from the first byte of each connection.
 */
public final class Faults {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile int pieceSize;
  private volatile Duration delay = Duration.ZERO;
  private volatile int bytesPerSecond;
  private volatile boolean dropping;
  private volatile boolean stalled;
  private volatile long resetAt = Long.MAX_VALUE;
  private volatile long endAt = Long.MAX_VALUE;
  private volatile long corruptAt = Long.MAX_VALUE;

  Faults() {}

  /**
   * Forwards bytes in small pieces, each with a write of its own.
   *
   * @param bytes the size of a piece; 1 for byte by byte; 0 to forward what comes as it comes
   * @return this
   */
  public Faults split(int bytes) {
    pieceSize = bytes;
    return changed();
  }

  /**
   * Holds every piece back for a while.
   *
   * @param time how long; zero for not at all
   * @return this
   */
  public Faults delay(Duration time) {
    delay = time;
    return changed();
  }

  /**
   * Limits the rate.
   *
   * @param limit in bytes a second; 0 for none
   * @return this
   */
  public Faults throttle(int limit) {
    bytesPerSecond = limit;
    return changed();
  }

  /**
   * Swallows everything, the end of the stream and resets included, as a cut cable does: the connection is half-open. What
   * was swallowed stays lost when this is switched off.
   *
   * @param on whether to
   * @return this
   */
  public Faults drop(boolean on) {
    dropping = on;
    return changed();
  }

  /**
   * Stops to read from the sender, whose bytes pile up until it can send no more. Nothing is lost.
   *
   * @param on whether to
   * @return this
   */
  public Faults stall(boolean on) {
    stalled = on;
    return changed();
  }

  /**
   * Resets both ends of a connection when it has forwarded so many bytes in this direction.
   *
   * @param bytes exactly so many are forwarded
   * @return this
   */
  public Faults resetAfter(long bytes) {
    resetAt = bytes;
    return changed();
  }

  /**
   * Ends the stream in this direction when so many bytes have been forwarded; the rest is swallowed. The other direction
   * goes on.
   *
   * @param bytes exactly so many are forwarded
   * @return this
   */
  public Faults endAfter(long bytes) {
    endAt = bytes;
    return changed();
  }

  /**
   * Flips all bits of one byte of each connection.
   *
   * @param position which one, from 0
   * @return this
   */
  public Faults corruptAt(long position) {
    corruptAt = position;
    return changed();
  }

  /**
   * Forwards everything as it is again.
   *
   * @return this
   */
  public Faults none() {
    pieceSize = 0;
    delay = Duration.ZERO;
    bytesPerSecond = 0;
    dropping = false;
    stalled = false;
    resetAt = Long.MAX_VALUE;
    endAt = Long.MAX_VALUE;
    corruptAt = Long.MAX_VALUE;
    return changed();
  }

  boolean dropping() {
    return dropping;
  }

  boolean resetsAt(long position) {
    return position >= resetAt;
  }

  boolean endsAt(long position) {
    return position >= endAt;
  }

  /** How many of so many bytes go into the next piece, so that what happens at a position happens exactly there. */
  int piece(long position, int available) {
    long size = pieceSize > 0 ? Math.min(pieceSize, available) : available;
    if (bytesPerSecond > 0) {
      size = Math.min(size, Math.max(1, bytesPerSecond / 20));
    }
    size = Math.min(size, Math.min(resetAt, endAt) - position);
    return (int) Math.max(0, size);
  }

  void corrupt(long position, byte[] bytes, int offset, int length) {
    long at = corruptAt - position;
    if (at >= 0 && at < length) {
      int index = offset + (int) at;
      bytes[index] = (byte) ~bytes[index];
    }
  }

  /** Returns when a piece may be forwarded, or the connection is closed. */
  void awaitTurn(int bytes, BooleanSupplier closed) throws InterruptedException {
    long held = delay.toNanos();
    int rate = bytesPerSecond;
    if (rate > 0) {
      held += TimeUnit.SECONDS.toNanos(bytes) / rate;
    }
    lock.lockInterruptibly();
    try {
      while ((held > 0 || stalled) && !closed.getAsBoolean()) {
        if (stalled) {
          changed.await();
        } else {
          held = changed.awaitNanos(held);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  Faults changed() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return this;
  }
}
