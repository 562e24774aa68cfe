package io.gannet.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it, and the scheduler that goes with it.
 *
 * <p>A task runs on the thread that calls {@link #advance} or {@link #runDue}, in the order of its
 * due time, and tasks due at the same time in the order they were scheduled. While a task runs,
 * {@link #nanoTime} is the time that the task was due at, so that a task which schedules the next
 * one sees no drift. Tasks may be scheduled and cancelled from any thread; two threads that advance
 * at once take turns.
 *
 * <p>{@link #execute} and the {@code submit} methods are due at once, which is to say at the next
 * {@code advance} or {@code runDue}: nothing ever runs on the caller's thread behind its back.
 */
public final class FakeTime extends AbstractExecutorService implements ScheduledExecutorService {
  private static final Duration MAX_STEP = Duration.ofNanos(Long.MAX_VALUE);

  /**
   * Held while tasks run, so that they run one at a time; never taken while {@link #lock} is held.
   */
  private final ReentrantLock turn = new ReentrantLock();

  /** Guards the fields below; never held while a task runs. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Task<?>> queue = new PriorityQueue<>();
  private final AtomicLong now;
  private long sequence;
  private boolean shutdown;
  private boolean running;

  /** A clock that starts at a time no code should rely on. */
  public FakeTime() {
    // Not zero: System.nanoTime() has an arbitrary origin, and code that takes 0 for "never" should
    // be found out.
    this(Long.MAX_VALUE - TimeUnit.HOURS.toNanos(1));
  }

  /**
   * A clock that starts at the given time.
   *
   * @param startNanos what {@link #nanoTime} returns until the clock is moved; any value, it may
   *     overflow later
   */
  public FakeTime(long startNanos) {
    now = new AtomicLong(startNanos);
  }

  /**
   * The time of this clock, to be used like {@link System#nanoTime}: only differences have a
   * meaning.
   *
   * @return nanoseconds since an arbitrary origin; overflows like the real one
   */
  public long nanoTime() {
    return now.get();
  }

  /**
   * Moves the clock and runs every task that becomes due on the way, each at its own time.
   *
   * @param by how far to move; not negative
   * @throws IllegalArgumentException if {@code by} is negative or longer than 292 years
   */
  public void advance(Duration by) {
    if (by.isNegative() || by.compareTo(MAX_STEP) > 0) {
      throw new IllegalArgumentException(
          "time moves forward, by at most " + MAX_STEP + ", not by " + by);
    }
    turn.lock();
    try {
      runUntil(now.get() + by.toNanos());
    } finally {
      turn.unlock();
    }
  }

  /**
   * Runs every task that is due now, and those that they make due now, without moving the clock.
   */
  public void runDue() {
    advance(Duration.ZERO);
  }

  /**
   * How many tasks wait for their time; a cancelled task doesn't count.
   *
   * @return the number of tasks
   */
  public int pending() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * How far the clock must be moved for the next task to run.
   *
   * @return zero if one is due already; null if no task is waiting
   */
  public @Nullable Duration untilNext() {
    lock.lock();
    try {
      Task<?> first = queue.peek();
      return first == null ? null : Duration.ofNanos(Math.max(0, first.due - now.get()));
    } finally {
      lock.unlock();
    }
  }

  private void runUntil(long target) {
    for (Task<?> task = takeDue(target); task != null; task = takeDue(target)) {
      try {
        task.run();
      } finally {
        finished();
      }
    }
    now.set(target);
  }

  /** Takes the next task due by then, and sets the clock to its time unless that has passed. */
  private @Nullable Task<?> takeDue(long target) {
    lock.lock();
    try {
      Task<?> first = queue.peek();
      if (first == null || first.due - target > 0) {
        return null;
      }
      queue.remove();
      running = true;
      if (first.due - now.get() > 0) {
        now.set(first.due);
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  private void finished() {
    lock.lock();
    try {
      running = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private <T extends Task<?>> T add(T task) {
    lock.lock();
    try {
      if (shutdown) {
        throw new RejectedExecutionException("this FakeTime has been shut down");
      }
      queue.add(task);
      return task;
    } finally {
      lock.unlock();
    }
  }

  /** Puts a periodic task back; after a shutdown it ends there, as the JDK's own schedulers do. */
  private void again(Task<?> task) {
    lock.lock();
    try {
      if (shutdown) {
        task.cancel(false);
      } else {
        queue.add(task);
      }
    } finally {
      lock.unlock();
    }
  }

  private long nextSequence() {
    lock.lock();
    try {
      return sequence++;
    } finally {
      lock.unlock();
    }
  }

  private long dueIn(long delay, TimeUnit unit) {
    return now.get() + Math.min(Math.max(0, unit.toNanos(delay)), Long.MAX_VALUE / 2);
  }

  private static long period(long period, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException("a period must be positive, not " + period);
    }
    return unit.toNanos(period);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return add(new Task<>(Executors.callable(command), dueIn(delay, unit), 0));
  }

  @Override
  public <V extends @Nullable Object> ScheduledFuture<V> schedule(
      Callable<V> callable, long delay, TimeUnit unit) {
    return add(new Task<>(callable, dueIn(delay, unit), 0));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return add(
        new Task<>(Executors.callable(command), dueIn(initialDelay, unit), period(period, unit)));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return add(
        new Task<>(Executors.callable(command), dueIn(initialDelay, unit), -period(delay, unit)));
  }

  @Override
  public void execute(Runnable command) {
    schedule(command, 0, TimeUnit.NANOSECONDS);
  }

  /**
   * Refuses new tasks and drops periodic ones; tasks that wait for their time still run when it
   * comes.
   */
  @Override
  public void shutdown() {
    List<Task<?>> periodic = new ArrayList<>();
    lock.lock();
    try {
      shutdown = true;
      for (Task<?> task : queue) {
        if (task.isPeriodic()) {
          periodic.add(task);
        }
      }
      queue.removeAll(periodic);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    cancelAll(periodic);
  }

  @Override
  public List<Runnable> shutdownNow() {
    List<Runnable> left = new ArrayList<>();
    lock.lock();
    try {
      shutdown = true;
      for (Task<?> task = queue.poll(); task != null; task = queue.poll()) {
        left.add(task);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return left;
  }

  @Override
  public boolean isShutdown() {
    lock.lock();
    try {
      return shutdown;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isTerminated() {
    lock.lock();
    try {
      return terminated();
    } finally {
      lock.unlock();
    }
  }

  /** Waits in real time, since another thread must do the advancing. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(timeout);
    lock.lockInterruptibly();
    try {
      while (!terminated()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Shuts down at once, without waiting: tasks whose time has not come never run. */
  @Override
  public void close() {
    cancelAll(shutdownNow());
  }

  private boolean terminated() {
    return shutdown && queue.isEmpty() && !running;
  }

  private static void cancelAll(Collection<? extends Runnable> tasks) {
    for (Runnable task : tasks) {
      if (task instanceof FakeTime.Task<?> own) {
        own.cancel(false);
      }
    }
  }

  @Override
  public String toString() {
    return "FakeTime[pending=" + pending() + ", untilNext=" + untilNext() + "]";
  }

  private final class Task<V extends @Nullable Object> extends FutureTask<V>
      implements RunnableScheduledFuture<V> {
    /** Positive: at a fixed rate; negative: with a fixed delay; 0: once. */
    private final long period;

    private final long number = nextSequence();
    private long due;

    Task(Callable<V> callable, long due, long period) {
      super(callable);
      this.due = due;
      this.period = period;
    }

    @Override
    public boolean isPeriodic() {
      return period != 0;
    }

    @Override
    public void run() {
      if (!isPeriodic()) {
        super.run();
      } else if (runAndReset()) {
        due = period > 0 ? due + period : now.get() - period;
        again(this);
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      lock.lock();
      try {
        queue.remove(this);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      return cancelled;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - now.get(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      if (other instanceof FakeTime.Task<?> task) {
        int byTime = Long.signum(due - task.due);
        return byTime != 0 ? byTime : Long.compare(number, task.number);
      }
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
