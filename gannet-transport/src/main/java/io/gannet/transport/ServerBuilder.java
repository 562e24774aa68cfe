package io.gannet.transport;

import java.util.function.Supplier;

/**
 * The settings of a {@link Server}.
 *
 * @param <M> the type of the messages
 */
public interface ServerBuilder<M> extends EndpointBuilder<M, ServerBuilder<M>> {

  /** A builder whose message type is not yet known. */
  interface NeedsCodec {

    /**
     * Sets the codec that all sessions share.
     *
     * @param codec the codec, which must not keep state of a connection
     * @param <M> the type of the messages
     * @return the builder
     */
    <M> ServerBuilder<M> codec(Codec<M> codec);

    /**
     * Sets a factory that creates a codec for each session.
     *
     * @param factory creates a codec, on the session's I/O thread
     * @param <M> the type of the messages
     * @return the builder
     */
    <M> ServerBuilder<M> codecPerSession(Supplier<? extends Codec<M>> factory);

    /**
     * {@return whether messages arrive reliably and in order while a session lasts, which is false
     * on UDP}
     */
    boolean isReliable();
  }

  /**
   * Listens on one more address.
   *
   * @param host a name or an address; {@code 0.0.0.0} or {@code ::} for all addresses
   * @param port 0 for any free port
   * @return this
   */
  ServerBuilder<M> alsoListen(String host, int port);

  /**
   * Limits the number of sessions. Further connections are closed at once, and counted. A
   * connection counts from its accept, and a session until its {@code onClose} has returned.
   *
   * @param sessions the maximum; 0 for no limit. By default no limit, but 65,536 on UDP
   * @return this
   */
  ServerBuilder<M> maxSessions(int sessions);

  /**
   * Limits the number of sessions of each address. Further connections are closed, and counted. An
   * IPv6 address is counted by its first 64 bits, because a single host usually has all addresses
   * of such a network. A connection counts from its accept, and a session until its
   * {@code onClose} has returned. Behind trusted proxies ({@link #proxyProtocol},
   * {@link #forwardedHeaders}) the address of the client is counted, or the proxy's own if the
   * proxy sends none, and only once the handshakes have ended. Connections over Unix sockets have
   * no address, and no such limit, unless a proxy tells it.
   *
   * @param sessions the maximum for each address; 0, the default, for no limit
   * @return this
   */
  ServerBuilder<M> maxSessionsPerAddress(int sessions);

  /**
   * Limits the rate of accepted connections. Further connections are closed at once, and counted.
   *
   * @param perSecond the maximum per second; 0, the default, for no limit
   * @param burst how many may arrive at once after an idle time, at least 1
   * @return this
   */
  ServerBuilder<M> acceptRate(int perSecond, int burst);

  /**
   * Sets a filter that decides by address who may connect. Behind trusted proxies
   * ({@link #proxyProtocol}, {@link #forwardedHeaders}) it checks the address of the client once
   * the proxy has sent it, or the proxy's own if the proxy sends none. Connections over Unix
   * sockets, also of a proxy, are not filtered, because the file's permissions apply.
   *
   * @param filter the filter; accepts all by default. If it throws, the peer is rejected and the
   *     exception is logged
   * @return this
   */
  ServerBuilder<M> ipFilter(IpFilter filter);

  /**
   * Uses the client addresses in the PROXY protocol headers of proxies.
   *
   * @param proxies which proxies; none by default
   * @return this
   */
  ServerBuilder<M> proxyProtocol(ProxyProtocol proxies);

  /**
   * Uses the client addresses in a header that HTTP proxies add to the request. WebSocket only.
   *
   * @param proxies which proxies and which header; none by default
   * @return this
   * @throws UnsupportedOperationException if this isn't a WebSocket server
   */
  ServerBuilder<M> forwardedHeaders(ForwardedHeaders proxies);

  /**
   * Encrypts all connections with TLS.
   *
   * @param tls the TLS settings; no encryption by default
   * @return this
   */
  ServerBuilder<M> tls(ServerTls tls);

  /**
   * Sets the permissions of the file of a Unix socket. Connecting requires write permission to the
   * file. A user who can write to its directory can replace the socket. By default, the umask of
   * the process applies.
   *
   * @param permissions the permissions of owner, group and others, such as {@code rw-rw----}
   * @return this
   * @throws IllegalArgumentException if the permissions don't have that form
   */
  ServerBuilder<M> unixPermissions(String permissions);

  /**
   * Binds the addresses and starts to accept connections. If one address can't be bound, none stays
   * bound.
   *
   * @return the running server
   * @throws TransportException if an address can't be bound, if a file can't be used, or if
   *     {@link #compression} needs a missing library; the message names it
   * @throws IllegalStateException if there is no listener, or settings contradict each other
   */
  Server<M> start();
}
