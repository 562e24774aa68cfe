package io.gannet.discovery.internal;

import io.gannet.transport.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single thread of a registry. The registry's state belongs to that thread, so it needs no
 * locks, and no task may block.
 */
final class RegistryLoop {

  private static final Logger LOG = LoggerFactory.getLogger(RegistryLoop.class);

  private final TimeSource time;
  private final ScheduledThreadPoolExecutor thread;

  RegistryLoop(String name, TimeSource time) {
    this.time = time;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> Thread.ofPlatform().daemon().name("gannet-registry-" + name).unstarted(task));
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  long nanoTime() {
    return time.nanoTime();
  }

  /** Runs a task on the thread, unless the thread has ended. */
  void execute(Runnable task) {
    try {
      thread.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("The registry is closed; a task was dropped", e);
    }
  }

  /** Schedules a task on the thread, unless the thread has ended by then. */
  Future<?> schedule(Duration delay, Runnable task) {
    try {
      return time.schedule(guarded(task), delay, thread);
    } catch (RejectedExecutionException e) {
      LOG.debug("The registry is closed; a task was dropped", e);
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Ends the thread. Waiting tasks are dropped. */
  void close() {
    thread.shutdown();
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        // This is a bug in a driver or in the registry. The registry continues; its timers and
        // audits repair the state as far as possible.
        RegistryLog.LOG.warn("a task", "a registry", e);
      }
    };
  }
}
