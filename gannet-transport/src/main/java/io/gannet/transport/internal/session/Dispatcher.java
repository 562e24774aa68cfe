package io.gannet.transport.internal.session;

/**
 * Runs the callbacks of a session's loop on other threads, and brings their sent messages back to
 * the loop.
 */
interface Dispatcher {

  /**
   * Schedules a consumer of events. Called on the loop.
   *
   * @param consumer runs callbacks; may block
   * @throws RuntimeException if no thread is available
   */
  void start(Runnable consumer);

  /**
   * Schedules a consumer of events behind others that wait. Called on the thread of a consumer.
   *
   * @param consumer runs callbacks; may block
   * @throws RuntimeException if no thread is available
   */
  void startBehind(Runnable consumer);

  /**
   * Schedules a write of what callbacks of a session have sent. Called on the thread of a consumer.
   *
   * @param session the session
   */
  void flush(DispatchedSession<?> session);

  /** {@return what bounds how long a flush may be deferred; used on the loop only} */
  DeferredFlushTimer deferredFlushes();
}
