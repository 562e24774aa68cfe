package io.gannet.transport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Closes servers, clients and whatever else a program has, in order, when its process is told to end: by
 * SIGTERM, by SIGINT, or by {@link System#exit}. For programs without a framework that does it.
 *
 * <pre>{@code
 * Server<String> server = ...;
 * Client<String> backend = ...;
 * Shutdown.onSignal(server, backend); // the server first: it still needs the backend
 * server.whenStopped().toCompletableFuture().join();
 * }</pre>
 *
 * <p>The process ends as it would have without this, with exit code 143 or 130, but only when all is closed or
 * the grace has passed. The JVM's shutdown hooks, such as those of loggers, run after that, so that what
 * happens meanwhile is still logged; with {@code System.exit} they run at the same time. A second signal ends
 * the process at once. Where a JVM leaves signals alone ({@code -Xrs}), only its end is noticed.
 */
public interface Shutdown extends AutoCloseable {

  /** The grace of {@link #onSignal(AutoCloseable...)}: less than the 30 s after which Kubernetes kills. */
  Duration DEFAULT_GRACE = Duration.ofSeconds(25);

  /**
   * Closes some when the process is told to end, within {@link #DEFAULT_GRACE}.
   *
   * @param inOrder each is closed when the one before it is; what one throws is logged
   * @return to begin it in another way, or to take it back
   */
  static Shutdown onSignal(AutoCloseable... inOrder) {
    return onSignal(DEFAULT_GRACE, inOrder);
  }

  /**
   * Closes some when the process is told to end.
   *
   * @param grace how long all of it may take, more than zero; the process ends then, whatever is left
   * @param inOrder each is closed when the one before it is; what one throws is logged. Servers and clients
   *     close as {@link Endpoint#close} does, each within its own drain grace
   * @return to begin it in another way, or to take it back
   */
  static Shutdown onSignal(Duration grace, AutoCloseable... inOrder) {
    return TransportProvider.load().shutdown(grace, List.of(inOrder));
  }

  /**
   * Begins to close all now, as a signal would, but leaves the process alone. Never waits, and so may be called
   * in a callback, where {@code System.exit} would wait for itself. Does nothing when it has begun.
   *
   * @return completes when all are closed, with true, or when the grace has passed, with false
   */
  CompletionStage<Boolean> begin();

  /** Takes it back: gives the signals to whoever had them before. What has begun goes on. */
  @Override
  void close();
}
