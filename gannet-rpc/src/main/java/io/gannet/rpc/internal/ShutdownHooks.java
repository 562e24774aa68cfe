package io.gannet.rpc.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Actions that run once, before a server drains. */
final class ShutdownHooks {

  private static final Logger LOG = LoggerFactory.getLogger(ShutdownHooks.class);

  // Guarded by the monitor. No action runs while the monitor is locked.
  private final List<Runnable> actions = new ArrayList<>();
  private @Nullable CompletableFuture<Void> said;

  /** {@return whether the actions have been started} */
  synchronized boolean haveBegun() {
    return said != null;
  }

  /** Adds an action. If the actions have been started, it starts at once. */
  void add(Runnable action) {
    synchronized (this) {
      if (said == null) {
        actions.add(action);
        return;
      }
    }
    start(action);
  }

  /**
   * Starts all actions, unless this was done before. Returns a future that completes when they have
   * ended.
   */
  CompletableFuture<Void> run() {
    List<Runnable> todo;
    CompletableFuture<Void> all;
    synchronized (this) {
      if (said != null) {
        return said;
      }
      todo = List.copyOf(actions);
      all = new CompletableFuture<>();
      said = all;
    }
    if (todo.isEmpty()) {
      all.complete(null);
      return all;
    }
    CompletableFuture.allOf(
            todo.stream().map(ShutdownHooks::start).toArray(CompletableFuture<?>[]::new))
        .whenComplete((nothing, failure) -> all.complete(null));
    return all;
  }

  private static CompletableFuture<Void> start(Runnable action) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            action.run();
          } catch (RuntimeException | Error e) {
            LOG.warn("A beforeDrain hook failed", e);
          }
        },
        Thread::startVirtualThread);
  }

  /** Waits for the actions. */
  void await(CompletableFuture<Void> all, Duration atMost) {
    try {
      all.get(SettingChecks.nanos(atMost), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.warn(
          "A beforeDrain hook takes more than {}; the drain starts without waiting for it", atMost);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it never completes exceptionally
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
