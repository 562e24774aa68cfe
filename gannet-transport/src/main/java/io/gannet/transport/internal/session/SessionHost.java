package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.netty.channel.Channel;

/** The owner of sessions: a server, or one connection of a client. */
public interface SessionHost<M> {

  /** {@return the server or client} */
  Endpoint<M> endpoint();

  /**
   * Called on the loop when a socket is connected and its layers start their handshakes.
   *
   * @param channel the connection, which the host closes when it stops
   */
  void establishing(Channel channel);

  /**
   * Called on the loop when the handshakes of a connection have ended, successfully or not.
   *
   * @param channel the connection
   */
  void established(Channel channel);

  /**
   * Called on the loop when a handshake has failed and the connection is being closed.
   *
   * @param channel the connection
   * @param cause the failure
   */
  void establishFailed(Channel channel, HandshakeException cause);

  /**
   * Called on the loop when a connection is established, before its session is created.
   *
   * @param channel the connection
   * @return whether to create the session; false to close the connection
   */
  boolean admits(Channel channel);

  /**
   * Called when {@link io.gannet.transport.EndpointBuilder#setup} threw and the connection is being
   * closed.
   *
   * @param channel the connection
   * @param cause the exception
   */
  void setupFailed(Channel channel, Throwable cause);

  /**
   * Called on the loop when a session is about to open.
   *
   * @param session the session
   * @return false if the host is stopping and the session must not open
   */
  boolean opening(NettySession<M> session);

  /** {@return whether sessions count as open only after their listener has called ready} */
  default boolean awaitsReady() {
    return false;
  }

  /**
   * Called on any thread when the listener has called ready.
   *
   * @param session the session
   */
  default void ready(NettySession<M> session) {}

  /**
   * Called on any thread to open another session that replaces one.
   *
   * @param session the session to replace, which {@link NettySession#isLeaving is leaving}
   */
  default void replace(NettySession<M> session) {}

  /**
   * Called when the session's onOpen has returned, on the thread that ran it.
   *
   * @param session the session
   */
  void opened(NettySession<M> session);

  /**
   * Called on the loop when the session has lost its connection. Earlier data may still be decoded,
   * and callbacks may still run.
   *
   * @param session the session
   * @param reason the reason
   */
  default void disconnected(NettySession<M> session, CloseReason reason) {}

  /**
   * Called on the loop after {@link #disconnected} when the session has ended;
   * {@link NettySession#wasCut} tells how. Callbacks may still run.
   *
   * @param session the session
   */
  void ended(NettySession<M> session);

  /**
   * Called when the session's onClose has returned, on the thread that ran it.
   *
   * @param session the session
   * @param reason the reason of the close
   */
  void closed(NettySession<M> session, CloseReason reason);
}
