package io.gannet.transport;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a session's connection, beyond its addresses. Each part is there on some
 * transports only.
 *
 * @param tls what the TLS handshake has agreed on, where there was one
 * @param credentials who the peer is, on Unix sockets
 * @param webSocket the request that the connection began with, on WebSocket
 * @param proxy the proxy in front, where one has said so
 */
public record ConnectionInfo(
    @Nullable TlsInfo tls,
    @Nullable PeerCredentials credentials,
    @Nullable WebSocketHandshake webSocket,
    @Nullable ProxyInfo proxy) {

  private static final ConnectionInfo NOTHING = new ConnectionInfo(null, null, null, null);

  /**
   * {@return what is known when nothing is}
   */
  public static ConnectionInfo nothing() {
    return NOTHING;
  }

  /**
   * Adds what a TLS handshake has agreed on.
   *
   * @param value what
   * @return the same and that
   */
  public ConnectionInfo withTls(TlsInfo value) {
    return new ConnectionInfo(value, credentials, webSocket, proxy);
  }

  /**
   * Adds who the peer is.
   *
   * @param value who
   * @return the same and that
   */
  public ConnectionInfo withCredentials(PeerCredentials value) {
    return new ConnectionInfo(tls, value, webSocket, proxy);
  }

  /**
   * Adds the request of a WebSocket.
   *
   * @param value the request
   * @return the same and that
   */
  public ConnectionInfo withWebSocket(WebSocketHandshake value) {
    return new ConnectionInfo(tls, credentials, value, proxy);
  }

  /**
   * Adds the proxy in front.
   *
   * @param value the proxy
   * @return the same and that
   */
  public ConnectionInfo withProxy(ProxyInfo value) {
    return new ConnectionInfo(tls, credentials, webSocket, value);
  }
}
