package io.gannet.rpc.internal.call;

import io.gannet.transport.TimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The clock for deadlines: nanoseconds since this clock was created, so that moments can be
 * compared directly.
 */
public final class Clock {

  /** A moment that never arrives. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final Duration LONGEST = Duration.ofNanos(NEVER);

  /** Runs the alarms of all connections. Its thread ends when no alarm is set. */
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private final TimeSource time;
  private final long origin;

  /**
   * Creates a clock.
   *
   * @param time the time source
   */
  public Clock(TimeSource time) {
    this.time = time;
    this.origin = time.nanoTime();
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "gannet-rpc-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(5, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }

  /** {@return a duration in nanoseconds; {@link #NEVER} if it is too long} */
  public static long nanos(Duration duration) {
    return duration.compareTo(LONGEST) >= 0 ? NEVER : duration.toNanos();
  }

  /** {@return a duration for users, rounded to milliseconds} */
  public static String text(long nanos) {
    if (nanos == NEVER) {
      return "no limit";
    }
    long millis = (Math.max(0, nanos) + 500_000) / 1_000_000; // none is left, not less than none
    return millis % 1000 == 0 ? "%,d s".formatted(millis / 1000) : "%,d ms".formatted(millis);
  }

  /** {@return the current moment} */
  public long now() {
    return time.nanoTime() - origin;
  }

  /** {@return the nanoseconds until a moment; {@link #NEVER} for one that never arrives} */
  public long left(long moment) {
    return moment == NEVER ? NEVER : moment - now();
  }

  /**
   * {@return the moment after a time from now}
   *
   * @param nanos the time in nanoseconds; {@link #NEVER} for never
   */
  public long after(long nanos) {
    long now = now();
    return nanos >= NEVER - now ? NEVER : now + nanos;
  }

  /**
   * Runs a task at a moment, or soon after.
   *
   * @param task the task; it must be fast, because it delays other alarms
   * @param moment the moment
   * @return cancels the task
   */
  public Future<?> at(long moment, Runnable task) {
    return time.schedule(task, Duration.ofNanos(Math.max(0, moment - now())), TIMER);
  }

  /**
   * Waits.
   *
   * @param nanos the time in nanoseconds
   * @throws InterruptedException if the thread is interrupted
   */
  void sleep(long nanos) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    Future<?> timer = at(after(nanos), over::countDown);
    try {
      over.await();
    } finally {
      timer.cancel(false);
    }
  }
}
