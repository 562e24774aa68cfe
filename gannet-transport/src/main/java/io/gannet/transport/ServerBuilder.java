package io.gannet.transport;

import java.util.function.Supplier;

/**
 * The settings of a {@link Server}.
 *
 * @param <M> the type of the messages
 */
public interface ServerBuilder<M> extends EndpointBuilder<M, ServerBuilder<M>> {

  /** A builder that doesn't know the type of its messages yet. */
  interface NeedsCodec {

    /**
     * Sets the codec that all sessions share.
     *
     * @param codec the codec, without state of a connection
     * @param <M> the type of the messages
     * @return the builder
     */
    <M> ServerBuilder<M> codec(Codec<M> codec);

    /**
     * Sets a codec that is made for each session.
     *
     * @param factory makes a codec, on the session's I/O thread
     * @param <M> the type of the messages
     * @return the builder
     */
    <M> ServerBuilder<M> codecPerSession(Supplier<? extends Codec<M>> factory);

    /** {@return whether messages arrive, and in their order, while a session lasts: not on UDP} */
    boolean isReliable();
  }

  /**
   * Listens on one more address.
   *
   * @param host a name or an address; {@code 0.0.0.0} or {@code ::} for all
   * @param port 0 for a free one
   * @return this
   */
  ServerBuilder<M> alsoListen(String host, int port);

  /**
   * Sets how many sessions there may be; what comes above that is closed at once, and counted.
   *
   * @param sessions 0 for any number, the default but on UDP: there it is 65,536
   * @return this
   */
  ServerBuilder<M> maxSessions(int sessions);

  /**
   * Sets how many connections are taken in a second; what comes above that is closed at once, and
   * counted.
   *
   * @param perSecond 0, the default, for any number
   * @param burst how many may come at once after a quiet time, at least 1
   * @return this
   */
  ServerBuilder<M> acceptRate(int perSecond, int burst);

  /**
   * Decides by its address who may connect. Behind trusted proxies ({@link #proxyProtocol}, {@link
   * #forwardedHeaders}) that is the address of the client, once the proxy has told it, and the proxy's own where it
   * tells none. Those who come by Unix sockets, also a proxy's, aren't asked: the permissions of the file have
   * decided.
   *
   * @param filter everyone by default. What it throws denies the peer, and is logged
   * @return this
   */
  ServerBuilder<M> ipFilter(IpFilter filter);

  /**
   * Takes the addresses of clients from the headers of proxies in front.
   *
   * @param proxies whose headers; none by default
   * @return this
   */
  ServerBuilder<M> proxyProtocol(ProxyProtocol proxies);

  /**
   * WebSocket only: takes the addresses of clients from the header that HTTP proxies in front add to the request.
   *
   * @param proxies whose header, and which; none by default
   * @return this
   * @throws UnsupportedOperationException if this isn't a server of WebSocket
   */
  ServerBuilder<M> forwardedHeaders(ForwardedHeaders proxies);

  /**
   * Encrypts all connections.
   *
   * @param tls with which certificates; not by default
   * @return this
   */
  ServerBuilder<M> tls(ServerTls tls);

  /**
   * Sets who may connect to a Unix socket with a path: to connect means to write to its file. Whoever
   * may write to its directory can put another socket in its place. Without this, the file is made as
   * the umask of the process says.
   *
   * @param permissions for owner, group and others, such as {@code rw-rw----}
   * @return this
   * @throws IllegalArgumentException if they are not in that form
   */
  ServerBuilder<M> unixPermissions(String permissions);

  /**
   * Binds the addresses and starts to accept. When one can't be bound none stays bound.
   *
   * @return the running server
   * @throws TransportException if an address can't be bound, a file can't be used, or
   *     a library that {@link #compression} needs is missing; the message
   *     names it
   * @throws IllegalStateException if there is no listener, or settings contradict each other
   */
  Server<M> start();
}
