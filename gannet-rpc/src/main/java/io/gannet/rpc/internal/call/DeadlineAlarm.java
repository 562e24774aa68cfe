package io.gannet.rpc.internal.call;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a check when the first of several deadlines may have passed. One timer serves all deadlines
 * of a connection. It is only set again for an earlier deadline, and fires at most a hundred times
 * per second.
 */
final class DeadlineAlarm {

  private static final long GRANULARITY = TimeUnit.MILLISECONDS.toNanos(10);

  private final Clock clock;
  private final LongSupplier look;
  private final ReentrantLock lock = new ReentrantLock();

  /** When the timer fires. Written under the lock, read by any thread. */
  private volatile long ringsAt = Clock.NEVER;

  // Guarded by the lock.
  private @Nullable Future<?> timer;
  private boolean ended;

  /**
   * Creates an alarm that isn't set.
   *
   * @param clock the clock
   * @param look handles the deadlines that have passed, and returns the next one
   */
  DeadlineAlarm(Clock clock, LongSupplier look) {
    this.clock = clock;
    this.look = look;
  }

  /**
   * Schedules a check soon after a deadline. The caller must have published the deadline before, so
   * that either this call or a running check finds it.
   */
  void noteDeadline(long deadline) {
    if (deadline < ringsAt) {
      set(deadline);
    }
  }

  private void set(long deadline) {
    // Rounded up, so that deadlines in descending order don't set the timer each time.
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
        return; // set again before this ran
      }
      ringsAt = Clock.NEVER; // cleared first: a later deadline sets it again
      timer = null;
    } finally {
      lock.unlock();
    }
    long next = look.getAsLong();
    if (next != Clock.NEVER) {
      noteDeadline(next);
    }
  }

  /** Stops the alarm permanently. */
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
