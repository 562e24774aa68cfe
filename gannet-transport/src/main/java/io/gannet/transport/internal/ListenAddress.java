package io.gannet.transport.internal;

/** One of the addresses that a server listens on. Its text is for messages. */
interface ListenAddress {

  /**
   * Starts to listen. Called on a thread that may block.
   *
   * @param context the data that accepted connections need
   * @throws RuntimeException if listening fails, with the reason
   */
  Listener listen(AcceptContext<?> context);
}
