package io.gannet.transport;

import java.net.SocketAddress;
import java.time.Duration;

/**
 * The settings of one connection, which {@link EndpointBuilder#setup} may change before
 * {@link SessionListener#onOpen}. Settings that aren't changed are the endpoint's. Valid only
 * during that call.
 *
 * @param <M> the type of the messages
 */
public interface SessionSetup<M> {

  /**
   * A hook that is called on the connection's I/O thread. It must not block.
   *
   * @param <M> the type of the messages
   */
  @FunctionalInterface
  interface Hook<M> {

    /**
     * Called when a connection is established and is about to become a session.
     *
     * @param setup the settings of the connection
     * @throws Exception to close the connection without opening a session; it is counted as
     *     rejected
     */
    void accept(SessionSetup<M> setup) throws Exception;
  }

  /** {@return the address of this side} */
  SocketAddress localAddress();

  /** {@return the address of the peer} */
  SocketAddress remoteAddress();

  /** {@return the properties of the connection beyond its addresses} */
  ConnectionInfo connection();

  /**
   * Sets the session's name.
   *
   * @param name the name
   * @return this
   */
  SessionSetup<M> name(String name);

  /**
   * Sets the session's codec.
   *
   * @param codec the codec
   * @return this
   */
  SessionSetup<M> codec(Codec<M> codec);

  /**
   * Sets the session's listener.
   *
   * @param listener the listener
   * @return this
   */
  SessionSetup<M> listener(SessionListener<M> listener);

  /**
   * Sets an attribute of the session.
   *
   * @param key the attribute
   * @param value its value
   * @param <T> its type
   * @return this
   */
  <T> SessionSetup<M> attribute(AttributeKey<T> key, T value);

  /**
   * Sets the limit on the size of a message, see {@link EndpointBuilder#maxMessageSize}.
   *
   * @param bytes the limit
   * @return this
   */
  SessionSetup<M> maxMessageSize(int bytes);

  /**
   * Sets the period of {@link SessionListener#onCron}, see {@link EndpointBuilder#cron}.
   *
   * @param period the period
   * @return this
   */
  SessionSetup<M> cron(Duration period);

  /**
   * Sets the read-idle timeout, see {@link EndpointBuilder#readIdleTimeout}.
   *
   * @param timeout the timeout
   * @return this
   */
  SessionSetup<M> readIdleTimeout(Duration timeout);

  /**
   * Sets the options of this connection's socket. Options of listening sockets are ignored.
   *
   * @param options the options
   * @return this
   */
  SessionSetup<M> socketOptions(SocketOptions options);
}
