package io.gannet.transport;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * The settings of a {@link Client}.
 *
 * @param <M> the type of the messages
 */
public interface ClientBuilder<M> extends EndpointBuilder<M, ClientBuilder<M>> {

  /** A builder that doesn't know the type of its messages yet. */
  interface NeedsCodec {

    /**
     * Sets the codec that all sessions share.
     *
     * @param codec the codec, without state of a connection
     * @param <M> the type of the messages
     * @return the builder
     */
    <M> ClientBuilder<M> codec(Codec<M> codec);

    /**
     * Sets a codec that is made for each session.
     *
     * @param factory makes a codec, on the session's I/O thread
     * @param <M> the type of the messages
     * @return the builder
     */
    <M> ClientBuilder<M> codecPerSession(Supplier<? extends Codec<M>> factory);

    /** {@return whether messages arrive, and in their order, while a session lasts: not on UDP} */
    boolean isReliable();
  }

  /**
   * Sets how many sessions the client keeps open.
   *
   * @param connections 1 by default
   * @return this
   */
  ClientBuilder<M> connections(int connections);

  /**
   * Sets how long the client waits before it replaces a session that was lost or could not be opened.
   *
   * @param backoff 100 ms to 30 s, doubling, with full jitter and without an end by default
   * @return this
   */
  ClientBuilder<M> reconnect(Backoff backoff);

  /**
   * Opens each session once and never again.
   *
   * @return this
   */
  ClientBuilder<M> noReconnect();

  /**
   * Sets how long one attempt to connect may take, and how long {@link Client#session()} waits.
   *
   * @param timeout 3 s by default, more than zero
   * @return this
   */
  ClientBuilder<M> connectTimeout(Duration timeout);

  /**
   * Binds this side of the connections.
   *
   * @param host a local name or address
   * @param port 0 for a free one
   * @return this
   */
  ClientBuilder<M> localAddress(String host, int port);

  /**
   * Encrypts all connections.
   *
   * @param tls whom to trust; not by default, but for {@code wss://} as {@link ClientTls#systemTrust}
   * @return this
   * @throws IllegalStateException if the client connects to a WebSocket whose URI is not {@code wss://}
   */
  ClientBuilder<M> tls(ClientTls tls);

  /**
   * Starts to connect, and returns without waiting for it.
   *
   * @return the running client
   * @throws TransportException if a file can't be used, or a library that {@link #compression} needs
   *     is missing; the message names it
   * @throws IllegalStateException if there is no listener, or settings contradict each other
   */
  Client<M> start();
}
