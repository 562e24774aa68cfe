package io.gannet.transport;

import io.gannet.transport.internal.spi.TransportProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Closes servers, clients and other resources in order when the process is asked to stop: by
 * SIGTERM, by SIGINT, or by {@link System#exit}. For programs without a framework that handles
 * this.
 *
 * <pre>{@code
 * Server<String> server = ...;
 * Client<String> backend = ...;
 * Shutdown.onSignal(server, backend); // the server first: it still needs the backend
 * server.whenStopped().toCompletableFuture().join();
 * }</pre>
 *
 * <p>The process ends with the same exit code as without this, 143 or 130, but only after
 * everything is closed or the grace period has passed. The JVM's shutdown hooks, such as those of
 * loggers, run afterwards, so that logging still works during the shutdown. With
 * {@code System.exit} they run at the same time. A second signal ends the process at once. If the
 * JVM doesn't handle signals ({@code -Xrs}), only the end of the JVM is noticed.
 */
public interface Shutdown extends AutoCloseable {

  /**
   * The grace period of {@link #onSignal(AutoCloseable...)}. It is shorter than the 30 s after
   * which Kubernetes kills a process.
   */
  Duration DEFAULT_GRACE = Duration.ofSeconds(25);

  /**
   * Closes resources when the process is asked to stop, within {@link #DEFAULT_GRACE}.
   *
   * @param inOrder the resources, each of which is closed after the previous one; exceptions are
   *     logged
   * @return a handle that starts the shutdown in another way, or unregisters it
   */
  static Shutdown onSignal(AutoCloseable... inOrder) {
    return onSignal(DEFAULT_GRACE, inOrder);
  }

  /**
   * Closes resources when the process is asked to stop.
   *
   * @param grace the maximum duration of the whole shutdown, more than zero; the process then ends
   * @param inOrder the resources, each of which is closed after the previous one; exceptions are
   *     logged. Servers and clients close as with {@link Endpoint#close}, each within its own drain
   *     grace period
   * @return a handle that starts the shutdown in another way, or unregisters it
   */
  static Shutdown onSignal(Duration grace, AutoCloseable... inOrder) {
    return TransportProvider.load().shutdown(grace, List.of(inOrder));
  }

  /**
   * Starts to close the resources now, like a signal, but doesn't end the process. Never waits, and
   * so may be called in a callback, where {@code System.exit} would deadlock. Has no effect if the
   * shutdown has already started.
   *
   * @return completes with true when all resources are closed, or with false when the grace period
   *     has passed
   */
  CompletionStage<Boolean> begin();

  /**
   * Unregisters the shutdown and restores the previous signal handlers. A shutdown that has started
   * continues.
   */
  @Override
  void close();
}
