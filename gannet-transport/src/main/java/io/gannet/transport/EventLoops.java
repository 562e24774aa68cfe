package io.gannet.transport;

import io.gannet.transport.internal.spi.TransportProvider;

/**
 * The I/O threads of servers and clients. Each session belongs to one of them for its lifetime.
 * Sessions are distributed over them in turn.
 *
 * <p>Endpoints without loops of their own share one set per process: one thread per processor,
 * started with the first endpoint and stopped after the last one. Loops that you create belong to
 * you: use them for any number of endpoints, and close them after these endpoints.
 */
public interface EventLoops extends AutoCloseable {

  /**
   * Starts a set of event loops.
   *
   * @param io the I/O mechanism
   * @param threads the number of threads; 0 for one per processor
   * @return the loops
   * @throws TransportException if this I/O mechanism is not available; the message says why
   */
  static EventLoops create(Io io, int threads) {
    return TransportProvider.load().eventLoops(io, threads);
  }

  /** {@return whether the current thread is an I/O thread of Gannet, which must not block} */
  static boolean isIoThread() {
    return TransportProvider.load().isIoThread();
  }

  /** {@return the I/O mechanism, never {@link Io#AUTO}} */
  Io io();

  /** {@return the number of threads} */
  int threads();

  /**
   * Stops the threads and waits until they have stopped, except when called on one of them.
   * Sessions that are still open are aborted.
   */
  @Override
  void close();
}
