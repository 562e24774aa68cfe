package io.gannet.test;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test advances it, and its scheduler. Pass both to the code
 * under test: {@code TimeSource.of(time::nanoTime, time)}.
 *
 * <pre>{@code
 * FakeTime time = FakeTime.create();
 * time.schedule(() -> log.add("late"), 5, TimeUnit.MINUTES);
 * time.advance(Duration.ofMinutes(6)); // runs the task, and returns at once
 * }</pre>
 *
 * <p><b>Threads.</b> A task runs on the thread that calls {@link #advance} or {@link #runDue}, in
 * the order of the due times; tasks with the same due time run in the order in which they were
 * scheduled. While a task runs, {@link #nanoTime} returns its due time, so that a task that
 * schedules the next one has no drift. Any thread may schedule and cancel. Two threads that advance
 * at the same time take turns, so a task must not wait for another thread that advances. A task may
 * advance the clock itself: that time passes while the task runs.
 *
 * <p><b>Executor.</b> Tasks of {@link #execute} and the {@code submit} methods are due at once:
 * they run at the next {@code advance} or {@code runDue}, never on the submitting thread.
 * {@code invokeAll} and {@code invokeAny} wait, in real time, until another thread advances.
 * Exceptions of a task are in its future, as with the JDK's schedulers.
 */
public interface FakeTime extends ScheduledExecutorService {

  /**
   * Creates a clock that starts at an arbitrary time: an hour before {@link Long#MAX_VALUE}, so
   * that code which compares two times instead of their difference fails.
   *
   * @return the clock
   */
  static FakeTime create() {
    return startingAt(Long.MAX_VALUE - Duration.ofHours(1).toNanos());
  }

  /**
   * Creates a clock that starts at the given time.
   *
   * @param nanos the value of {@link #nanoTime} until the clock is advanced; any value, it may
   *     overflow later
   * @return the clock
   */
  static FakeTime startingAt(long nanos) {
    return new ManualTime(nanos);
  }

  /**
   * Returns the time of this clock, with the semantics of {@link System#nanoTime}: only differences
   * have a meaning.
   *
   * @return nanoseconds since an arbitrary origin; overflows like the real one
   */
  long nanoTime();

  /**
   * Advances the clock and runs each task that becomes due, at its own time. Returns when the tasks
   * have run. Work that a task passes to another thread may not be done by then: wait for it.
   *
   * @param by how far to advance; not negative
   * @throws IllegalArgumentException if {@code by} is negative or longer than 292 years
   */
  void advance(Duration by);

  /**
   * Runs the tasks that are due now, and those that become due by them, without advancing the
   * clock.
   */
  default void runDue() {
    advance(Duration.ZERO);
  }

  /**
   * Returns the number of waiting tasks, without cancelled ones.
   *
   * @return the number of tasks
   */
  int pending();

  /**
   * Returns how far the clock must be advanced for the next task to run.
   *
   * @return zero if a task is already due; null if no task waits
   */
  @Nullable Duration untilNext();

  /** Refuses new tasks and cancels periodic ones. Waiting tasks still run when they become due. */
  @Override
  void shutdown();

  /**
   * Shuts down at once, without waiting. Tasks that are not yet due are cancelled and never run.
   */
  @Override
  void close();
}
