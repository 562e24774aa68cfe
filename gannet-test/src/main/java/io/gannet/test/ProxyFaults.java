package io.gannet.test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The faults that {@link LoopbackProxy} applies to one direction. Its connections wait here for
 * their turn.
 */
final class ProxyFaults implements Faults {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile int pieceSize;
  private volatile long delayNanos;
  private volatile int bytesPerSecond;
  private volatile boolean dropping;
  private volatile boolean stalled;
  private volatile long resetAt = Long.MAX_VALUE;
  private volatile long endAt = Long.MAX_VALUE;
  private volatile long corruptAt = Long.MAX_VALUE;

  @Override
  public Faults split(int bytes) {
    pieceSize = (int) notNegative("split", bytes);
    return changed();
  }

  @Override
  public Faults delay(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + time);
    }
    delayNanos = TimeUnit.NANOSECONDS.convert(time);
    return changed();
  }

  @Override
  public Faults throttle(int limit) {
    bytesPerSecond = (int) notNegative("throttle", limit);
    return changed();
  }

  @Override
  public Faults drop(boolean on) {
    dropping = on;
    return changed();
  }

  @Override
  public Faults stall(boolean on) {
    stalled = on;
    return changed();
  }

  @Override
  public Faults resetAfter(long bytes) {
    resetAt = notNegative("resetAfter", bytes);
    return changed();
  }

  @Override
  public Faults endAfter(long bytes) {
    endAt = notNegative("endAfter", bytes);
    return changed();
  }

  @Override
  public Faults corruptAt(long position) {
    corruptAt = notNegative("corruptAt", position);
    return changed();
  }

  @Override
  public Faults heal() {
    pieceSize = 0;
    delayNanos = 0;
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

  /** {@return the size of the next piece, so that an effect at a position happens exactly there} */
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

  /** Returns when more may be read from the sender, or the connection is closed. */
  void awaitThaw(BooleanSupplier closed) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (stalled && !closed.getAsBoolean()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns when a piece may be forwarded, or the connection is closed. */
  void awaitTurn(int bytes, BooleanSupplier closed) throws InterruptedException {
    long start = System.nanoTime();
    lock.lockInterruptibly();
    try {
      while (!closed.getAsBoolean()) {
        long left = heldNanos(bytes) - (System.nanoTime() - start);
        if (stalled) {
          changed.await();
        } else if (left > 0) {
          changed.awaitNanos(left);
        } else {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** {@return how long a number of bytes is delayed, with the current settings} */
  private long heldNanos(int bytes) {
    int rate = bytesPerSecond;
    long transfer = rate > 0 ? TimeUnit.SECONDS.toNanos(bytes) / rate : 0;
    return Math.max(delayNanos, delayNanos + transfer); // the sum may overflow
  }

  private static long notNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " must not be negative: " + value);
    }
    return value;
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
