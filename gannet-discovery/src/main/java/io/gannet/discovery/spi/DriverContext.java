package io.gannet.discovery.spi;

import io.gannet.discovery.RegistryOptions;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * What a {@link RegistryDriver} works with: the registry's thread, its time, and whom to tell how the
 * connection is. {@link #execute} and {@link #requested} may be called from any thread, everything else only
 * on the registry's.
 */
public interface DriverContext {

  /**
   * {@return how the registry is used}
   */
  RegistryOptions options();

  /**
   * Runs a task on the registry's thread, unless the registry has been closed. That thread must not be
   * blocked.
   *
   * @param task the task
   */
  void execute(Runnable task);

  /**
   * Runs a task on the registry's thread later, unless the registry has been closed.
   *
   * @param delay when, from now
   * @param task the task
   * @return to cancel it
   */
  Future<?> schedule(Duration delay, Runnable task);

  /**
   * How long to wait before the next attempt.
   *
   * @param failures how many attempts have failed in a row, at least 1
   * @return the wait, with jitter
   */
  Duration backoff(int failures);

  /** Counts a request that is sent to the servers. */
  void requested();

  /**
   * Tells that the servers can be asked.
   *
   * @param session what identifies the session that entries belong to; empty if there is none yet. If it is
   *     another than before, the entries of the one before are gone or will be, and are written again
   */
  void connected(String session);

  /**
   * Tells that the servers can't be asked. The registry asks for nothing more until they can.
   *
   * @param cause why
   */
  void disconnected(Throwable cause);
}
