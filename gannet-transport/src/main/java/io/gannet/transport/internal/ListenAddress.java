package io.gannet.transport.internal;

/** One of the addresses that servers listen on. Its text is for messages to people. */
interface ListenAddress {

  /**
   * Listens. Called on a thread that may wait.
   *
   * @param context what the server needs to have done with those who come
   * @throws RuntimeException if it can't be listened on, with the reason for people
   */
  Listener listen(AcceptContext<?> context);
}
