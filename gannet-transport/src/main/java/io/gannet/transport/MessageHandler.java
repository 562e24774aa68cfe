package io.gannet.transport;

/**
 * Called with each message of a session: a {@link SessionListener} for those who need no other event.
 *
 * @param <M> the type of the messages
 */
@FunctionalInterface
public interface MessageHandler<M> {

  /**
   * A message has arrived; see {@link SessionListener#onMessage}.
   *
   * @param session the session
   * @param message the message
   * @throws Exception logged; the session goes on, unless {@link EndpointBuilder#closeOnListenerFailure}
   *     says otherwise
   */
  void onMessage(Session<M> session, M message) throws Exception;
}
