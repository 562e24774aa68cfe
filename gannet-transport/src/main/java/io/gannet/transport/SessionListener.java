package io.gannet.transport;

/**
 * Receives the events of a session. All methods but {@link #onMessage} do nothing by default.
 *
 * <p><b>Contract.</b> For one session, callbacks run one at a time, in the order of the events:
 * {@link #onOpen} once and first, {@link #onClose} exactly once and last. Each callback sees the
 * memory effects of the previous one. The {@link Dispatch} decides which thread calls and whether a
 * callback may block; the default is a virtual thread, which may block. One listener may serve many
 * sessions, and is then called for different sessions at the same time.
 *
 * <p><b>Exceptions.</b> An exception of {@link #onOpen} closes the session. An exception of
 * {@link #onMessage} or {@link #onCron} is logged and passed to {@link #onError}, and the session
 * continues, unless {@link EndpointBuilder#closeOnListenerFailure} is set. An exception of
 * {@link #onError} or {@link #onClose} is logged.
 *
 * @param <M> the type of the messages
 */
@FunctionalInterface
public interface SessionListener<M> {

  /**
   * Called when the session has opened: the connection is established, and messages can be sent.
   *
   * @param session the session
   * @throws Exception to reject the session, which closes with {@link CloseReason.Kind#REFUSED}
   */
  default void onOpen(Session<M> session) throws Exception {}

  /**
   * Called when a message has arrived.
   *
   * @param session the session
   * @param message the message
   * @throws Exception is logged and passed to {@link #onError}
   */
  void onMessage(Session<M> session, M message) throws Exception;

  /**
   * Called when the session's cron period has passed, see {@link Session#cron()}. Not called
   * again before an earlier call has returned.
   *
   * @param session the session
   * @throws Exception is logged and passed to {@link #onError}
   */
  default void onCron(Session<M> session) throws Exception {}

  /**
   * Called on a failure: the peer sent bytes that are not a valid message ({@link DecodeException},
   * whose message shows the first bytes), the connection broke ({@link java.io.IOException}), or a
   * callback threw.
   *
   * @param session the session
   * @param error the failure
   */
  default void onError(Session<M> session, Throwable error) {}

  /**
   * Called when the session has closed. Called exactly once for each session whose {@link #onOpen}
   * was called, after all its other callbacks have returned.
   *
   * @param session the session, which can't send any more
   * @param reason the reason
   */
  default void onClose(Session<M> session, CloseReason reason) {}
}
