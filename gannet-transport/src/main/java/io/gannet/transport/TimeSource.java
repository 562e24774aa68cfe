package io.gannet.transport;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time source of timeouts, periods and backoffs. Tests can replace it with a clock that they
 * control.
 */
public interface TimeSource {

  /** {@return nanoseconds since an arbitrary fixed moment, see {@link System#nanoTime()}} */
  long nanoTime();

  /**
   * Schedules a task.
   *
   * @param task the task
   * @param delay the delay from now
   * @param thread the I/O thread to run the task on
   * @return a handle that cancels the task
   */
  Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread);

  /**
   * {@return whether time passes on its own, so that a task that runs late shows that the process
   * was suspended and no peer can have been silent meanwhile. True, unless a test controls the
   * time}
   */
  default boolean passesByItself() {
    return true;
  }

  /** {@return the system clock} */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /**
   * Creates a time source that a test controls, such as a fake clock. If it advances at once by any
   * amount, peers count as silent for that time.
   *
   * @param nanoTime returns the time
   * @param scheduler schedules tasks by that time
   * @return the time source
   */
  static TimeSource of(LongSupplier nanoTime, ScheduledExecutorService scheduler) {
    return new TimeSource() {
      @Override
      public long nanoTime() {
        return nanoTime.getAsLong();
      }

      @Override
      public Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread) {
        return scheduler.schedule(
            () -> thread.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      }

      @Override
      public boolean passesByItself() {
        return false;
      }
    };
  }
}
