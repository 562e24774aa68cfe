package io.gannet.transport;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time that timeouts, periods and backoffs are measured by, as a parameter, so that a test can
 * move it.
 */
public interface TimeSource {

  /**
   * {@return nanoseconds since some fixed moment, see {@link System#nanoTime()}}
   */
  long nanoTime();

  /**
   * Runs a task later.
   *
   * @param task what to run
   * @param delay when, from now
   * @param thread the I/O thread it must run on
   * @return to cancel it
   */
  Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread);

  /**
   * {@return whether a task that runs late shows that the process stood still, so that no peer can have
   * been silent meanwhile: true, unless somebody else moves the time}
   */
  default boolean passesByItself() {
    return true;
  }

  /**
   * {@return the time of this machine}
   */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }

  /**
   * A time that somebody else moves, such as a fake clock. However far it is moved at once, that is
   * time in which peers were silent.
   *
   * @param nanoTime tells the time
   * @param scheduler tells when a task is due, by that time
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
