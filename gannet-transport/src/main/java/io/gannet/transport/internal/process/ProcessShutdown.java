package io.gannet.transport.internal.process;

import io.gannet.transport.Shutdown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the resources of a program before its process ends.
 *
 * <p>A signal is handled, the resources are closed, and the signal is raised again for the previous
 * handler, which is usually the JVM's. So the exit code is the usual one, and shutdown hooks, such
 * as those of loggers, run afterwards. A shutdown hook alone would run concurrently with those, and
 * could not react to a second signal.
 */
public final class ProcessShutdown implements Shutdown {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private final Duration grace;
  private final List<AutoCloseable> inOrder;
  private final Thread hook = new Thread(this::atExit, "gannet-exit");

  /**
   * Both are guarded by the monitor, because a signal may end the shutdown while the next one is
   * being registered.
   */
  private final List<Signals.Caught> caught = new ArrayList<>();

  private boolean closed;

  private final AtomicBoolean begun = new AtomicBoolean();
  private final AtomicInteger signals = new AtomicInteger();

  /**
   * Whether all resources were closed. Completed when they are, at the end of the grace period, or
   * by a second signal.
   */
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

  /** Whether the JVM is shutting down. */
  private final CountDownLatch exits = new CountDownLatch(1);

  private ProcessShutdown(Duration grace, List<AutoCloseable> inOrder) {
    this.grace = grace;
    this.inOrder = inOrder;
  }

  /**
   * Registers for signals and the end of the JVM.
   *
   * @param grace the maximum duration
   * @param inOrder the resources to close
   * @return a handle that starts the shutdown in another way, or unregisters it
   * @throws IllegalArgumentException if the grace period isn't more than zero
   */
  public static ProcessShutdown install(Duration grace, List<AutoCloseable> inOrder) {
    if (grace.isNegative() || grace.isZero()) {
      throw new IllegalArgumentException("grace must be more than zero: " + grace);
    }
    ProcessShutdown shutdown = new ProcessShutdown(grace, inOrder);
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    shutdown.handle("TERM");
    shutdown.handle("INT");
    return shutdown;
  }

  private synchronized void handle(String name) {
    if (closed) {
      return;
    }
    try {
      caught.add(Signals.handle(name, () -> received(name)));
    } catch (ReflectiveOperationException e) {
      LOG.debug(
          "SIG{} can't be handled here and is left to the JVM's shutdown: {}", name, e.toString());
    }
  }

  private void received(String name) {
    if (signals.incrementAndGet() > 1) {
      LOG.info("SIG{}: exiting at once", name);
      ended.complete(false);
      return;
    }
    LOG.info("SIG{}: closing {}; a second signal exits at once", name, inOrder);
    // Not a daemon thread, because the process must not end when the main thread returns meanwhile.
    Thread.ofPlatform()
        .name("gannet-signal")
        .daemon(false)
        .start(() -> {
          begin();
          ended.join();
          raiseAgain(name);
        });
  }

  /**
   * Ends the process with the signal. If this thread ended earlier, the process could end with the
   * main thread.
   */
  private void raiseAgain(String name) {
    close();
    try {
      Signals.raise(name);
      if (!exits.await(10, TimeUnit.SECONDS)) {
        LOG.warn("SIG{} has not ended the process", name);
      }
    } catch (ReflectiveOperationException e) {
      LOG.warn("SIG{} can't be raised again to end the process: {}", name, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public CompletionStage<Boolean> begin() {
    if (begun.compareAndSet(false, true)) {
      Thread.ofPlatform().name("gannet-shutdown").daemon().start(this::closeAll);
      CompletableFuture.delayedExecutor(grace.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
          .execute(this::graceHasPassed);
    }
    return ended.minimalCompletionStage();
  }

  private void closeAll() {
    for (AutoCloseable each : inOrder) {
      try {
        each.close();
      } catch (Throwable t) {
        LOG.warn("{} could not be closed", each, t);
      }
    }
    ended.complete(true);
  }

  private void graceHasPassed() {
    if (ended.complete(false)) {
      LOG.warn(
          "not all of {} were closed within {} (the grace period of Shutdown)", inOrder, grace);
    }
  }

  /**
   * Called when the JVM shuts down. Returns at once if everything was closed because of a signal.
   */
  private void atExit() {
    exits.countDown();
    begin();
    ended.join();
  }

  private synchronized void giveSignalsBack() {
    closed = true;
    for (Signals.Caught each : caught) {
      try {
        each.giveBack();
      } catch (ReflectiveOperationException e) {
        LOG.warn("the previous handler of a signal can't be restored: {}", e.toString());
      }
    }
  }

  @Override
  public void close() {
    giveSignalsBack();
    if (!begun.get()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is already shutting down.
      }
    }
  }
}
