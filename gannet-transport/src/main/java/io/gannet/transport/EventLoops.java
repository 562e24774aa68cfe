package io.gannet.transport;

/**
 * The I/O threads of servers and clients. Each session belongs to one of them for its life; sessions
 * are spread over them in turn.
 *
 * <p>An endpoint without loops of its own uses a set that all such endpoints of the process share:
 * one thread for each processor, started with the first endpoint and ended after the last. Loops
 * made here belong to their maker, are shared by every endpoint they are given to, and are closed
 * after those.
 */
public interface EventLoops extends AutoCloseable {

  /**
   * Starts a set of loops.
   *
   * @param io how to move bytes
   * @param threads how many; 0 for one for each processor
   * @return the loops
   * @throws TransportException if this kind of I/O is not available here; the message says why
   */
  static EventLoops create(Io io, int threads) {
    return TransportProvider.load().eventLoops(io, threads);
  }

  /**
   * {@return whether the current thread is an I/O thread of this library, on which nothing may wait}
   */
  static boolean isIoThread() {
    return TransportProvider.load().isIoThread();
  }

  /**
   * {@return how bytes are moved, never {@link Io#AUTO}}
   */
  Io io();

  /**
   * {@return how many threads there are}
   */
  int threads();

  /**
   * Ends the threads and waits for that, except on one of them. Sessions that are still open are cut.
   */
  @Override
  void close();
}
