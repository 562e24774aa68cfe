package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * The properties of a session's connection beyond its addresses. Each part is present only on some
 * transports.
 *
 * @param tls the result of the TLS handshake, if TLS is used
 * @param credentials the identity of the peer, on Unix sockets
 * @param webSocket the request that opened the connection, on WebSocket
 * @param proxy the proxy in front of this server, if one has sent a header
 * @param keepsMessages whether the codec receives each message of the transport separately, as on
 *     UDP and on WebSocket without {@link WebSocketOptions#withStream}; otherwise it reads a stream
 *     of bytes
 */
public record ConnectionInfo(
    @Nullable TlsInfo tls,
    @Nullable PeerCredentials credentials,
    @Nullable WebSocketHandshake webSocket,
    @Nullable ProxyInfo proxy,
    boolean keepsMessages) {

  private static final ConnectionInfo NOTHING = new ConnectionInfo(null, null, null, null, false);

  /** {@return an info without any part} */
  public static ConnectionInfo nothing() {
    return NOTHING;
  }

  /**
   * Returns a copy with the result of a TLS handshake.
   *
   * @param value the result
   * @return the copy
   */
  public ConnectionInfo withTls(TlsInfo value) {
    return new ConnectionInfo(value, credentials, webSocket, proxy, keepsMessages);
  }

  /**
   * Returns a copy with the identity of the peer.
   *
   * @param value the identity
   * @return the copy
   */
  public ConnectionInfo withCredentials(PeerCredentials value) {
    return new ConnectionInfo(tls, value, webSocket, proxy, keepsMessages);
  }

  /**
   * Returns a copy with the request of a WebSocket.
   *
   * @param value the request
   * @return the copy
   */
  public ConnectionInfo withWebSocket(WebSocketHandshake value) {
    return new ConnectionInfo(tls, credentials, value, proxy, keepsMessages);
  }

  /**
   * Returns a copy with the proxy in front of this server.
   *
   * @param value the proxy
   * @return the copy
   */
  public ConnectionInfo withProxy(ProxyInfo value) {
    return new ConnectionInfo(tls, credentials, webSocket, value, keepsMessages);
  }

  /**
   * Returns a copy of a connection that keeps messages separate.
   *
   * @return the copy
   */
  public ConnectionInfo withKeepsMessages() {
    return new ConnectionInfo(tls, credentials, webSocket, proxy, true);
  }
}
