package io.gannet.transport;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * The settings of a {@link Client}.
 *
 * @param <M> the type of the messages
 */
public interface ClientBuilder<M> extends EndpointBuilder<M, ClientBuilder<M>> {

  /** A builder whose message type is not yet known. */
  interface NeedsCodec {

    /**
     * Sets the codec that all sessions share.
     *
     * @param codec the codec, which must not keep state of a connection
     * @param <M> the type of the messages
     * @return the builder
     */
    <M> ClientBuilder<M> codec(Codec<M> codec);

    /**
     * Sets a factory that creates a codec for each session.
     *
     * @param factory creates a codec, on the session's I/O thread
     * @param <M> the type of the messages
     * @return the builder
     */
    <M> ClientBuilder<M> codecPerSession(Supplier<? extends Codec<M>> factory);

    /**
     * {@return whether messages arrive reliably and in order while a session lasts, which is false
     * on UDP}
     */
    boolean isReliable();
  }

  /**
   * Sets how many sessions the client keeps open.
   *
   * @param connections the number, 1 by default
   * @return this
   */
  ClientBuilder<M> connections(int connections);

  /**
   * Sets how long the client waits before it replaces a session that was lost or couldn't be
   * opened.
   *
   * @param backoff by default 100 ms to 30 s, doubling, with full jitter, without a limit on
   *     attempts
   * @return this
   */
  ClientBuilder<M> reconnect(Backoff backoff);

  /**
   * Disables reconnecting: each session is opened only once.
   *
   * @return this
   */
  ClientBuilder<M> noReconnect();

  /**
   * Sets how long one attempt to connect may take, and how long {@link Client#session()} waits. The
   * timeout covers the lookup of the name and the connection to one of its addresses, which are
   * raced as in RFC 8305. Once connected, the handshakes have the {@link #handshakeTimeout}. With
   * {@link #awaitReady}, a session must become ready within the same timeout.
   *
   * @param timeout more than zero, 3 s by default
   * @return this
   */
  ClientBuilder<M> connectTimeout(Duration timeout);

  /**
   * Binds the local side of the connections. A fixed port can be bound again at once
   * ({@code SO_REUSEADDR}, see {@link SocketOptions#reuseAddress()}). However, after this side has
   * closed first, an operating system may refuse to connect from that port to the same server for
   * up to a minute.
   *
   * @param host a local name or address
   * @param port 0 for a free port; another port requires a single {@link #connections connection}
   * @return this
   * @throws IllegalArgumentException if the host name is unknown
   */
  ClientBuilder<M> localAddress(String host, int port);

  /**
   * Counts a session as open only after its listener has called {@link Session#ready}, for instance
   * when the server has accepted a sign-in. Until then, {@link Client#session},
   * {@link Client#sessions} and {@link Client#broadcast} ignore the session. Its listener receives
   * all callbacks and may send.
   *
   * <p>A session that ends earlier counts as a failed attempt. So does a session that isn't ready
   * within the {@link #connectTimeout}, or within an equal share of it while the name has other
   * addresses to try; it closes with {@link CloseReason.Kind#NOT_READY}. The client then tries the
   * next address, or makes the next attempt after the {@link #reconnect backoff}.
   *
   * @return this
   */
  ClientBuilder<M> awaitReady();

  /**
   * Connects through a proxy. The proxy resolves the server's name. The {@link #connectTimeout}
   * covers the connection to the proxy, and the {@link #handshakeTimeout} covers the proxy's
   * handshake. {@link Session#remoteAddress} is the server, unresolved if it was set by name.
   *
   * @param proxy the proxy
   * @return this
   * @throws UnsupportedOperationException on UDP and Unix sockets
   */
  ClientBuilder<M> proxy(ClientProxy proxy);

  /**
   * Encrypts all connections with TLS.
   *
   * @param tls the TLS settings; by default no encryption, and {@link ClientTls#systemTrust} for
   *     {@code wss://}
   * @return this
   * @throws IllegalStateException if the client connects to a WebSocket whose URI isn't
   *     {@code wss://}
   */
  ClientBuilder<M> tls(ClientTls tls);

  /**
   * Starts to connect, and returns without waiting for a connection.
   *
   * @return the running client
   * @throws TransportException if a file can't be used, or if {@link #compression} needs a missing
   *     library; the message names it
   * @throws IllegalStateException if there is no listener, or settings contradict each other
   */
  Client<M> start();
}
