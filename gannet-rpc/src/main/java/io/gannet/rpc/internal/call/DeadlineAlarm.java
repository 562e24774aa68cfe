package io.gannet.rpc.internal.call;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has somebody look at deadlines when the first of them may have passed. One timer for all
 * deadlines of a connection: it is set anew only for a deadline that is earlier than the one it is
 * set to, and rings at most a hundred times in a second.
 */
final class DeadlineAlarm {

  private static final long GRANULARITY = TimeUnit.MILLISECONDS.toNanos(10);

  private final Clock clock;
  private final LongSupplier look;
  private final ReentrantLock lock = new ReentrantLock();

  /** When it rings; changed under the lock, read by anyone. */
  private volatile long ringsAt = Clock.NEVER;

  // Guarded by the lock.
  private @Nullable Future<?> timer;
  private boolean ended;

  /**
   * Creates an alarm that isn't set.
   *
   * @param clock tells the time
   * @param look acts on the deadlines that have passed, and returns the next one
   */
  DeadlineAlarm(Clock clock, LongSupplier look) {
    this.clock = clock;
    this.look = look;
  }

  /**
   * Sees to it that there is a look soon after a deadline. Whoever calls this has made the deadline
   * known before, so that either this or the look that is under way finds it.
   */
  void noteDeadline(long deadline) {
    if (deadline < ringsAt) {
      set(deadline);
    }
  }

  private void set(long deadline) {
    // Rounded up, so that deadlines in descending order don't set it each time.
    long moment =
        deadline > Clock.NEVER - GRANULARITY
            ? deadline
            : (deadline / GRANULARITY + 1) * GRANULARITY;
    lock.lock();
    try {
      if (moment < ringsAt && !ended) {
        if (timer != null) {
          timer.cancel(false);
        }
        ringsAt = moment;
        timer = clock.at(moment, this::ring);
      }
    } finally {
      lock.unlock();
    }
  }

  private void ring() {
    lock.lock();
    try {
      if (clock.now() < ringsAt) {
        return; // it was set anew while this was about to run
      }
      ringsAt = Clock.NEVER; // before the look: who comes later sets it again
      timer = null;
    } finally {
      lock.unlock();
    }
    long next = look.getAsLong();
    if (next != Clock.NEVER) {
      noteDeadline(next);
    }
  }

  /** Never rings again. */
  void end() {
    lock.lock();
    try {
      ended = true;
      ringsAt = Long.MIN_VALUE; // nothing is earlier
      if (timer != null) {
        timer.cancel(false);
        timer = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
