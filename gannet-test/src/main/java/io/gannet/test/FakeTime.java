package io.gannet.test;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it, and the scheduler that goes with it. Give both to the
 * code under test: {@code TimeSource.of(time::nanoTime, time)}.
 *
 * <pre>{@code
 * FakeTime time = FakeTime.create();
 * time.schedule(() -> log.add("late"), 5, TimeUnit.MINUTES);
 * time.advance(Duration.ofMinutes(6)); // runs the task, and returns at once
 * }</pre>
 *
 * <p><b>Threads.</b> A task runs on the thread that calls {@link #advance} or {@link #runDue}, in the order of
 * the due times; tasks that are due at the same time run in the order in which they were scheduled. While a
 * task runs, {@link #nanoTime} is the time that it was due at, so that a task which schedules the next one
 * sees no drift. Any thread may schedule and cancel. Two threads that advance at the same time take turns, so a
 * task must not wait for another thread that advances. A task may advance the clock itself: that time passes
 * while the task runs.
 *
 * <p><b>Executor.</b> {@link #execute} and the {@code submit} methods are due at once: they run at the next
 * {@code advance} or {@code runDue}, never on the thread that submits. {@code invokeAll} and {@code invokeAny}
 * wait, in real time, until another thread advances. What a task throws is in its future, as with the JDK's
 * schedulers.
 */
public interface FakeTime extends ScheduledExecutorService {

  /**
   * Creates a clock that starts at an arbitrary time: an hour before {@link Long#MAX_VALUE}, so that code which
   * compares two times instead of their difference fails.
   *
   * @return the clock
   */
  static FakeTime create() {
    return startingAt(Long.MAX_VALUE - Duration.ofHours(1).toNanos());
  }

  /**
   * Creates a clock that starts at the given time.
   *
   * @param nanos what {@link #nanoTime} returns until the clock is moved; any value, it may overflow later
   * @return the clock
   */
  static FakeTime startingAt(long nanos) {
    return new ManualTime(nanos);
  }

  /**
   * Returns the time of this clock, to be used like {@link System#nanoTime}: only differences have a meaning.
   *
   * @return nanoseconds since an arbitrary origin; overflows like the real one
   */
  long nanoTime();

  /**
   * Moves the clock and runs each task that becomes due on the way, at its own time. Returns when they have
   * run. What a task hands over to another thread may not have happened by then: await it.
   *
   * @param by how far to move; not negative
   * @throws IllegalArgumentException if {@code by} is negative or longer than 292 years
   */
  void advance(Duration by);

  /** Runs the tasks that are due now, and those that they make due now, without moving the clock. */
  default void runDue() {
    advance(Duration.ZERO);
  }

  /**
   * Returns how many tasks wait for their time. Cancelled tasks don't count.
   *
   * @return the number of tasks
   */
  int pending();

  /**
   * Returns how far the clock must be moved for the next task to run.
   *
   * @return zero if a task is due already; null if no task waits
   */
  @Nullable Duration untilNext();

  /**
   * Refuses new tasks and cancels periodic ones. Tasks that wait for their time still run when the clock is
   * moved there.
   */
  @Override
  void shutdown();

  /** Shuts down at once, without waiting. Tasks whose time has not come are cancelled and never run. */
  @Override
  void close();
}
