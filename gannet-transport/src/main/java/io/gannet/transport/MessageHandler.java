package io.gannet.transport;

/**
 * Handles the messages of a session: a {@link SessionListener} without the other events.
 *
 * @param <M> the type of the messages
 */
@FunctionalInterface
public interface MessageHandler<M> {

  /**
   * Handles a message, see {@link SessionListener#onMessage}.
   *
   * @param session the session
   * @param message the message
   * @throws Exception is logged; the session continues, unless
   *     {@link EndpointBuilder#closeOnListenerFailure} is set
   */
  void onMessage(Session<M> session, M message) throws Exception;
}
