package io.gannet.test.junit;

import io.gannet.transport.StopMode;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts a resource before the first test or class that uses it, and stops it after the last one. A
 * static field is started once for its class, even if the class has nested classes or is the base
 * of several classes that run at the same time. An instance field is started for each test.
 */
abstract class UsedExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /** The maximum time for draining, and for the stop after that. */
  private static final long STOP_SECONDS = 2;

  private static final long CUT_SECONDS = 10;

  private final ReentrantLock lock = new ReentrantLock();

  /**
   * The ids of the running tests and classes. JUnit may call back after a test without a call
   * before it.
   */
  private final Set<String> users = new HashSet<>();

  private final Deque<AutoCloseable> closing = new ConcurrentLinkedDeque<>();

  abstract void start();

  /** Stops the resource. Afterwards, everything passed to {@link #closing} is closed. */
  abstract void stop();

  /** Throws if an error occurred that the test hasn't seen. */
  void check() {}

  @Override
  public final void beforeAll(ExtensionContext context) {
    use(context);
  }

  @Override
  public final void beforeEach(ExtensionContext context) {
    use(context);
  }

  @Override
  public final void afterEach(ExtensionContext context) throws Exception {
    leave(context);
    check();
  }

  @Override
  public final void afterAll(ExtensionContext context) throws Exception {
    leave(context);
    check();
  }

  private void use(ExtensionContext context) {
    lock.lock();
    try {
      if (users.isEmpty()) {
        start();
      }
      users.add(context.getUniqueId());
    } finally {
      lock.unlock();
    }
  }

  private void leave(ExtensionContext context) throws Exception {
    lock.lock();
    try {
      if (users.remove(context.getUniqueId()) && users.isEmpty()) {
        try {
          closeAll();
        } finally {
          stop();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Registers a resource to be closed before the stop, the latest first. */
  final <T extends AutoCloseable> T closing(T closeable) {
    closing.push(closeable);
    return closeable;
  }

  /** Closes all registered resources. An exception is thrown after all others are closed. */
  private void closeAll() throws Exception {
    AutoCloseable next = closing.poll();
    if (next != null) {
      try {
        next.close();
      } finally {
        closeAll();
      }
    }
  }

  static IllegalStateException notRunning(String what) {
    return new IllegalStateException(
        what
            + " is running only during a test: register it with @RegisterExtension, as a static"
            + " field if it is needed before @BeforeEach");
  }

  /**
   * Drains for a moment, and then stops at once. Waits in real time, because an endpoint with a
   * test's clock doesn't reach the end of its own grace period.
   */
  static void stop(String what, Consumer<StopMode> stop, CompletionStage<Void> whenStopped) {
    stop.accept(StopMode.DRAIN);
    if (!ends(whenStopped, STOP_SECONDS)) {
      stop.accept(StopMode.NOW);
      if (!ends(whenStopped, CUT_SECONDS)) {
        throw new AssertionError(
            "%s was stopped, but a callback or call has not returned within %d s"
                .formatted(what, CUT_SECONDS));
      }
    }
  }

  private static boolean ends(CompletionStage<Void> whenStopped, long seconds) {
    try {
      whenStopped.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new AssertionError("the stop has failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
