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
   * Sets how long one attempt to connect may take, and how long {@link Client#session()} waits. The time
   * is for looking the name up and for connecting to one of its addresses, which are raced as RFC 8305
   * says; a connection that stands then has the {@link #handshakeTimeout} for its handshakes. With {@link
   * #awaitReady} a session has as long to become ready.
   *
   * @param timeout 3 s by default, more than zero
   * @return this
   */
  ClientBuilder<M> connectTimeout(Duration timeout);

  /**
   * Binds this side of the connections. A port of one's own can be bound again at once
   * ({@code SO_REUSEADDR}, see {@link SocketOptions#reuseAddress()}), but an operating system may refuse
   * to connect from it to the same server again for up to a minute after this side has closed first.
   *
   * @param host a local name or address
   * @param port 0 for a free one; another one goes with a single {@link #connections connection}
   * @return this
   * @throws IllegalArgumentException if the name is unknown
   */
  ClientBuilder<M> localAddress(String host, int port);

  /**
   * Has each session count as open only when its listener has called {@link Session#ready}, for instance
   * because the server has accepted a sign-in. Until then {@link Client#session}, {@link
   * Client#sessions} and {@link Client#broadcast} don't know it; its listener gets all callbacks and may
   * send. A session that ends before, or is not ready within the {@link #connectTimeout} (an equal share of
   * it while the name has other addresses to try), is a failed attempt: it closes with {@link
   * CloseReason.Kind#NOT_READY} in the latter case, and the next address is tried, or the next attempt
   * follows when the {@link #reconnect backoff} says so.
   *
   * @return this
   */
  ClientBuilder<M> awaitReady();

  /**
   * Connects through a proxy. The proxy looks the server's name up; the {@link #connectTimeout} is for
   * connecting to the proxy, and the {@link #handshakeTimeout} for what the proxy does. {@link
   * Session#remoteAddress} is the server, unresolved if it was given by name.
   *
   * @param proxy the proxy
   * @return this
   * @throws UnsupportedOperationException on UDP and Unix sockets
   */
  ClientBuilder<M> proxy(ClientProxy proxy);

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
