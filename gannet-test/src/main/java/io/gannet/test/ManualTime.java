package io.gannet.test;

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
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The only implementation of {@link FakeTime}. */
final class ManualTime extends AbstractExecutorService implements FakeTime {
  private static final Duration MAX_STEP = Duration.ofNanos(Long.MAX_VALUE);

  /**
   * The maximum of delays and periods, so that the difference of two due times doesn't overflow.
   */
  private static final long LONGEST = Long.MAX_VALUE / 2;

  /**
   * Held while tasks run, so that they run one at a time. Never acquired while {@link #lock} is
   * held.
   */
  private final ReentrantLock turn = new ReentrantLock();

  /** Guards the fields below. Never held while a task runs. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Task<?>> queue = new PriorityQueue<>();
  private final AtomicLong now;
  private long sequence;
  private boolean shutdown;
  private int running;

  ManualTime(long startNanos) {
    now = new AtomicLong(startNanos);
  }

  @Override
  public long nanoTime() {
    return now.get();
  }

  @Override
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

  @Override
  public int pending() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
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
    if (target - now.get() > 0) { // otherwise a task has advanced the clock further
      now.set(target);
    }
  }

  /**
   * Removes the next task due until a time, and sets the clock to its due time unless that has
   * passed.
   */
  private @Nullable Task<?> takeDue(long target) {
    lock.lock();
    try {
      Task<?> first = queue.peek();
      if (first == null || first.due - target > 0) {
        return null;
      }
      queue.remove();
      running++;
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
      running--;
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

  /** Schedules a periodic task again. After a shutdown it ends, as with the JDK's schedulers. */
  private void again(Task<?> task) {
    lock.lock();
    try {
      if (shutdown) {
        task.cancel(false);
      } else if (!task.isCancelled()) {
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
    return now.get() + Math.min(Math.max(0, unit.toNanos(delay)), LONGEST);
  }

  private static long period(long period, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException("a period must be positive, not " + period);
    }
    return Math.min(unit.toNanos(period), LONGEST);
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

  /** Waits in real time, because another thread must advance the clock. */
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

  @Override
  public void close() {
    cancelAll(shutdownNow());
  }

  private boolean terminated() {
    return shutdown && queue.isEmpty() && running == 0;
  }

  private static void cancelAll(Collection<? extends Runnable> tasks) {
    for (Runnable task : tasks) {
      if (task instanceof ManualTime.Task<?> own) {
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
    /** Positive for a fixed rate, negative for a fixed delay, 0 for a single run. */
    private final long period;

    private final long number = nextSequence();
    private volatile long due;

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
      if (other instanceof ManualTime.Task<?> task) {
        int byTime = Long.signum(due - task.due);
        return byTime != 0 ? byTime : Long.compare(number, task.number);
      }
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
