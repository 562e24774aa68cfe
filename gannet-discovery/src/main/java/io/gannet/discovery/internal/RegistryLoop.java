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
 * The one thread of a registry. All of its state belongs to that thread, so that there are no locks, and
 * nothing on it may block.
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

  /** Runs a task on the thread, unless it has ended. */
  void execute(Runnable task) {
    try {
      thread.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("The registry is closed; a task was dropped", e);
    }
  }

  /** Runs a task on the thread later, unless it has ended by then. */
  Future<?> schedule(Duration delay, Runnable task) {
    try {
      return time.schedule(guarded(task), delay, thread);
    } catch (RejectedExecutionException e) {
      LOG.debug("The registry is closed; a task was dropped", e);
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Ends the thread; what waits for it is dropped. */
  void close() {
    thread.shutdown();
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        // A bug in a driver or here. The registry goes on; its timers and audits mend what they
        // can.
        RegistryLog.LOG.warn("a task", "a registry", e);
      }
    };
  }
}
