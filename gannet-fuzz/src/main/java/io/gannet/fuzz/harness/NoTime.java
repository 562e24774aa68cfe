package io.gannet.fuzz.harness;

import io.gannet.transport.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

/** A clock that stands still. */
public enum NoTime implements TimeSource {
  /** The only instance. */
  INSTANCE;

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread) {
    return new CompletableFuture<>();
  }
}
