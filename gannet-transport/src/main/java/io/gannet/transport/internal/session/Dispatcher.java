package io.gannet.transport.internal.session;

/** How a session's loop has callbacks run elsewhere, and how what they send gets back to it. */
interface Dispatcher {

  /**
   * Has a consumer of events run soon. Called on the loop.
   *
   * @param consumer runs callbacks; may block
   * @throws RuntimeException if there is nobody to run it
   */
  void start(Runnable consumer);

  /**
   * Has a consumer of events run after others that wait. Called on the thread of a consumer.
   *
   * @param consumer runs callbacks; may block
   * @throws RuntimeException if there is nobody to run it
   */
  void startBehind(Runnable consumer);

  /**
   * Has what callbacks of a session have sent written soon. Called on the thread of a consumer.
   *
   * @param session the session
   */
  void flush(DispatchedSession<?> session);

  /** {@return what bounds how long a flush may be deferred; used on the loop only} */
  DeferredFlushTimer deferredFlushes();
}
