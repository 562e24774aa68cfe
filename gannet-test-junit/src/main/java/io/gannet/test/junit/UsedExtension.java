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
 * Starts something before the first test or class that uses it, and stops it after the last. So a
 * static field is started once for its class, also if that has nested classes or is the base of
 * several that run at the same time; an instance field is started for each test.
 */
abstract class UsedExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /** How long a stop may drain, and how long it may take after that. */
  private static final long STOP_SECONDS = 2;

  private static final long CUT_SECONDS = 10;

  private final ReentrantLock lock = new ReentrantLock();

  /**
   * The ids of the tests and classes that run. JUnit calls back after a test even if not before.
   */
  private final Set<String> users = new HashSet<>();

  private final Deque<AutoCloseable> closing = new ConcurrentLinkedDeque<>();

  abstract void start();

  /** Stops what was started; then everything is closed that was given to {@link #closing}. */
  abstract void stop();

  /** Fails the test if something went wrong that it hasn't seen. */
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

  /** Has something closed before the stop, the latest first. */
  final <T extends AutoCloseable> T closing(T closeable) {
    closing.push(closeable);
    return closeable;
  }

  /** Closes everything, also if something can't be closed; what that throws comes at the end. */
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
   * Drains for a moment, then cuts. The waiting is in real time: an endpoint that a test has given
   * a clock doesn't reach the end of its own grace period.
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
