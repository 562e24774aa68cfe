package io.gannet.discovery.spi;

import io.gannet.discovery.RegistryOptions;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * The environment of a {@link RegistryDriver}: the registry's thread, its time, and the receiver of
 * connection events. {@link #execute} and {@link #requested} may be called from any thread, all
 * other methods only on the registry's thread.
 */
public interface DriverContext {

  /** {@return the options of the registry} */
  RegistryOptions options();

  /**
   * Runs a task on the registry's thread, unless the registry has been closed. That thread must not
   * be blocked.
   *
   * @param task the task
   */
  void execute(Runnable task);

  /**
   * Schedules a task on the registry's thread, unless the registry has been closed.
   *
   * @param delay the delay from now
   * @param task the task
   * @return a handle that cancels the task
   */
  Future<?> schedule(Duration delay, Runnable task);

  /**
   * Returns the wait before the next attempt.
   *
   * @param failures the number of consecutive failed attempts, at least 1
   * @return the wait, with jitter
   */
  Duration backoff(int failures);

  /** Counts a request to the servers. */
  void requested();

  /**
   * Reports that the servers can be queried.
   *
   * @param session the id of the session that entries belong to; empty if there is none yet. If it
   *     differs from the previous one, the entries of the previous session are or will be removed,
   *     and are written again
   */
  void connected(String session);

  /**
   * Reports that the servers can't be queried. The registry sends no requests until they can.
   *
   * @param cause the cause
   */
  void disconnected(Throwable cause);
}
