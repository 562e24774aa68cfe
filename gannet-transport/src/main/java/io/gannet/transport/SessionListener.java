package io.gannet.transport;

/**
 * Called with what happens to a session. All but {@link #onMessage} do nothing by default.
 *
 * <p><b>Contract.</b> For one session the callbacks run one after the other, never two at a time, in
 * the order of the events: {@link #onOpen} once and first; {@link #onClose} exactly once and last.
 * Each sees what the one before it wrote. Which thread calls, and whether a callback may block, is
 * chosen with {@link Dispatch}; by default it is a virtual thread and may block. One listener may
 * serve many sessions, and is then called for different sessions at the same time.
 *
 * <p><b>Exceptions.</b> One thrown by {@link #onOpen} closes the session. One thrown by {@link
 * #onMessage} or {@link #onCron} is logged and given to {@link #onError}, and the session goes on unless
 * {@link EndpointBuilder#closeOnListenerFailure} says otherwise.
 * One thrown by {@link #onError} or {@link #onClose} is logged.
 *
 * @param <M> the type of the messages
 */
@FunctionalInterface
public interface SessionListener<M> {

  /**
   * The session is open: the connection stands, and messages can be sent.
   *
   * @param session the session
   * @throws Exception to refuse the session: it closes with {@link CloseReason.Kind#REFUSED}
   */
  default void onOpen(Session<M> session) throws Exception {}

  /**
   * A message has arrived.
   *
   * @param session the session
   * @param message the message
   * @throws Exception logged and given to {@link #onError}
   */
  void onMessage(Session<M> session, M message) throws Exception;

  /**
   * The session's cron period has passed, see {@link Session#cronPeriod()}. Not called again while
   * an earlier call has not returned.
   *
   * @param session the session
   * @throws Exception logged and given to {@link #onError}
   */
  default void onCron(Session<M> session) throws Exception {}

  /**
   * Something failed: the peer sent bytes that are no message ({@link DecodeException}, whose message
   * shows how they begin), the connection broke ({@link java.io.IOException}), or a callback threw.
   *
   * @param session the session
   * @param error what failed
   */
  default void onError(Session<M> session, Throwable error) {}

  /**
   * The session is closed. Called exactly once for each session for which {@link #onOpen} was called,
   * and after all its other callbacks have returned.
   *
   * @param session the session; sending fails
   * @param reason why
   */
  default void onClose(Session<M> session, CloseReason reason) {}
}
