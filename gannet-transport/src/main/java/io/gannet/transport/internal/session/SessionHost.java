package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.netty.channel.Channel;

/** Whom sessions belong to: a server, or one connection of a client. */
public interface SessionHost<M> {

  /** {@return the server or client} */
  Endpoint<M> endpoint();

  /**
   * A socket is connected, and its layers begin their handshakes. Called on its loop.
   *
   * @param channel the connection; to be closed when the host stops
   */
  void establishing(Channel channel);

  /**
   * The handshakes of a connection have ended, well or not. Called on its loop.
   *
   * @param channel the connection
   */
  void established(Channel channel);

  /**
   * A handshake has failed, and the connection is being closed. Called on its loop.
   *
   * @param channel the connection
   * @param cause what went wrong
   */
  void establishFailed(Channel channel, HandshakeException cause);

  /**
   * A connection stands. Called on its loop, before a session is made of it.
   *
   * @param channel the connection
   * @return whether to make a session of it; false to close it
   */
  boolean admits(Channel channel);

  /**
   * {@link io.gannet.transport.EndpointBuilder#setup} threw, and the connection is being closed.
   *
   * @param channel the connection
   * @param cause what it threw
   */
  void setupFailed(Channel channel, Throwable cause);

  /**
   * A session is about to open. Called on its loop.
   *
   * @param session the session
   * @return false if the host is stopping, and the session must not open
   */
  boolean opening(NettySession<M> session);

  /** {@return whether sessions count as open only when their listener has said that they are ready} */
  default boolean holdsBack() {
    return false;
  }

  /**
   * The listener has said that the session is ready. Called on any thread.
   *
   * @param session the session
   */
  default void ready(NettySession<M> session) {}

  /**
   * Another session is to be opened in place of one. Called on any thread.
   *
   * @param session the session, which {@link NettySession#isLeaving is leaving}
   */
  default void replace(NettySession<M> session) {}

  /**
   * The session's onOpen has returned. Called on the thread that ran it.
   *
   * @param session the session
   */
  void opened(NettySession<M> session);

  /**
   * The session has lost its connection; what came before may still be decoded, and callbacks may still run.
   * Called on its loop.
   *
   * @param session the session
   * @param reason why
   */
  default void disconnected(NettySession<M> session, CloseReason reason) {}

  /**
   * The session has ended, and {@link NettySession#wasCut} says how; callbacks may still run. Called on its
   * loop, behind {@link #disconnected}.
   *
   * @param session the session
   */
  void ended(NettySession<M> session);

  /**
   * The session's onClose has returned. Called on the thread that ran it.
   *
   * @param session the session
   * @param reason why it closed
   */
  void closed(NettySession<M> session, CloseReason reason);
}
