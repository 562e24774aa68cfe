package io.gannet.cli.internal.common;

import io.gannet.transport.internal.process.Signals;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the main thread wait for SIGTERM and SIGINT, instead of the signals ending the process.
 *
 * <p>A shutdown hook runs too late: the exit code is then already 143 or 130, which supervisors
 * take for a crash. Halting the JVM in the hook would change it, but would also abort the other
 * hooks and the output of the main thread. A hook also can't react to a second signal. Therefore
 * the signals are handled here, and the main thread stops the servers and returns its exit code.
 * Programs that keep the JVM's exit codes use {@link io.gannet.transport.Shutdown}.
 */
public final class StopSignals implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

  private final CountDownLatch first = new CountDownLatch(1);
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicReference<Runnable> atFirst = new AtomicReference<>(() -> {});
  private final AtomicReference<Runnable> atSecond = new AtomicReference<>(() -> {});

  private final List<Signals.Caught> caught = new ArrayList<>();

  private StopSignals() {}

  /**
   * Starts to handle the signals. Call it before the process reports that it is ready, so that no
   * signal arrives too early.
   *
   * @return the object to wait on
   */
  public static StopSignals install() {
    StopSignals signals = new StopSignals();
    signals.handle("TERM");
    signals.handle("INT");
    return signals;
  }

  private void handle(String name) {
    try {
      caught.add(Signals.handle(name, () -> received(name)));
    } catch (ReflectiveOperationException e) {
      // For example, the JVM option -Xrs leaves signals to the operating system.
      LOG.warn("SIG{} will end the process without a graceful stop: {}", name, e.toString());
    }
  }

  /** Restores the previous signal handlers. */
  @Override
  public void close() {
    for (Signals.Caught each : caught) {
      try {
        each.giveBack();
      } catch (ReflectiveOperationException e) {
        LOG.warn("the previous handler of a signal can't be restored: {}", e.toString());
      }
    }
  }

  private void received(String name) {
    if (count.incrementAndGet() > 1) {
      LOG.info("SIG{}: stopping now", name);
      atSecond.get().run();
    } else {
      LOG.info("SIG{}: stopping gracefully; a second signal stops at once", name);
      first.countDown();
      atFirst.get().run();
    }
  }

  /** {@return whether a signal has arrived} */
  public boolean received() {
    return count.get() > 0;
  }

  /**
   * Waits for the first signal.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void await() throws InterruptedException {
    first.await();
  }

  /**
   * Sets an action for the first signal, for code that waits for something else. Runs it at once if
   * the signal has already arrived.
   *
   * @param action must be quick; may run twice
   */
  public void atFirst(Runnable action) {
    atFirst.set(action);
    if (received()) {
      action.run();
    }
  }

  /**
   * Sets an action for the second signal, such as to stop waiting. Runs it at once if the signal
   * has already arrived.
   *
   * @param action must be quick; may run twice
   */
  public void atSecond(Runnable action) {
    atSecond.set(action);
    if (count.get() > 1) {
      action.run();
    }
  }
}
