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
 * SIGTERM and SIGINT as something to wait for, instead of the end of the process.
 *
 * <p>The JVM's own way is a shutdown hook. But by then the exit code is decided: 143 or 130, which
 * supervisors take for a crash, unless the hook halts the JVM, which cuts off the other hooks and
 * whatever the main thread still wants to print. And a hook can't be told to hurry by a second
 * signal. So the signals are handled here, the main thread does the stopping and returns its exit
 * code as usual. {@link io.gannet.transport.Shutdown} is for programs, whose exit code is to stay.
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
   * Begins to catch the signals. To be called before the process says that it is ready, so that none
   * comes too early.
   *
   * @return to wait on
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
      // Such as: the JVM was started with -Xrs, which leaves signals to the operating system.
      LOG.warn("SIG{} will end the process without a graceful stop: {}", name, e.toString());
    }
  }

  /** Gives the signals back to who had them. */
  @Override
  public void close() {
    for (Signals.Caught each : caught) {
      try {
        each.giveBack();
      } catch (ReflectiveOperationException e) {
        LOG.warn("a signal can't be given back: {}", e.toString());
      }
    }
  }

  private void received(String name) {
    if (count.incrementAndGet() > 1) {
      LOG.info("SIG{}: stopping now", name);
      atSecond.get().run();
    } else {
      LOG.info("SIG{}: stopping; once more to cut it short", name);
      first.countDown();
      atFirst.get().run();
    }
  }

  /** {@return whether a signal has come} */
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
   * Says what to do at the first signal, for who has something else to wait for.
   *
   * @param action quick; may run twice
   */
  public void atFirst(Runnable action) {
    atFirst.set(action);
    if (received()) {
      action.run();
    }
  }

  /**
   * Says what to do at the second signal, such as to stop waiting; at once if it has come already.
   *
   * @param action quick; may run twice
   */
  public void atSecond(Runnable action) {
    atSecond.set(action);
    if (count.get() > 1) {
      action.run();
    }
  }
}
