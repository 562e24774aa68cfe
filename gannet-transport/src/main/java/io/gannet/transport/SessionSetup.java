package io.gannet.transport;

import java.net.SocketAddress;
import java.time.Duration;

/**
 * What one connection may have of its own, offered to {@link EndpointBuilder#setup} before {@link
 * SessionListener#onOpen}. What is not set stays as the endpoint has it. Valid only during that call.
 *
 * @param <M> the type of the messages
 */
public interface SessionSetup<M> {

  /**
   * The hook, called on the connection's I/O thread: it must not block.
   *
   * @param <M> the type of the messages
   */
  @FunctionalInterface
  interface Hook<M> {

    /**
     * A connection stands and is about to become a session.
     *
     * @param setup where to choose
     * @throws Exception to close the connection without opening a session; it is counted as rejected
     */
    void accept(SessionSetup<M> setup) throws Exception;
  }

  /**
   * {@return the address of this side}
   */
  SocketAddress localAddress();

  /**
   * {@return the address of the other side}
   */
  SocketAddress remoteAddress();

  /**
   * {@return what is known of the connection beyond its addresses}
   */
  ConnectionInfo connection();

  /**
   * Names the session.
   *
   * @param name the name
   * @return this
   */
  SessionSetup<M> name(String name);

  /**
   * Gives the session a codec of its own.
   *
   * @param codec the codec
   * @return this
   */
  SessionSetup<M> codec(Codec<M> codec);

  /**
   * Gives the session a listener of its own.
   *
   * @param listener the listener
   * @return this
   */
  SessionSetup<M> listener(SessionListener<M> listener);

  /**
   * Sets an attribute of the session.
   *
   * @param key which one
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
   * Sets the time between two calls of {@link SessionListener#onCron}, see {@link
   * EndpointBuilder#cron}.
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
   * Sets the options of this connection's socket; those that only a listening socket has are ignored.
   *
   * @param options the options
   * @return this
   */
  SessionSetup<M> socketOptions(SocketOptions options);
}
