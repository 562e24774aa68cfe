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
 * @param keepsMessages whether the codec is given each message of the transport by itself, as on UDP and
 *     on WebSocket without {@link WebSocketOptions#withStream}; otherwise it reads a stream of bytes
 */
public record ConnectionInfo(
    @Nullable TlsInfo tls,
    @Nullable PeerCredentials credentials,
    @Nullable WebSocketHandshake webSocket,
    @Nullable ProxyInfo proxy,
    boolean keepsMessages) {

  private static final ConnectionInfo NOTHING = new ConnectionInfo(null, null, null, null, false);

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
    return new ConnectionInfo(value, credentials, webSocket, proxy, keepsMessages);
  }

  /**
   * Adds who the peer is.
   *
   * @param value who
   * @return the same and that
   */
  public ConnectionInfo withCredentials(PeerCredentials value) {
    return new ConnectionInfo(tls, value, webSocket, proxy, keepsMessages);
  }

  /**
   * Adds the request of a WebSocket.
   *
   * @param value the request
   * @return the same and that
   */
  public ConnectionInfo withWebSocket(WebSocketHandshake value) {
    return new ConnectionInfo(tls, credentials, value, proxy, keepsMessages);
  }

  /**
   * Adds the proxy in front.
   *
   * @param value the proxy
   * @return the same and that
   */
  public ConnectionInfo withProxy(ProxyInfo value) {
    return new ConnectionInfo(tls, credentials, webSocket, value, keepsMessages);
  }

  /**
   * Says whether messages are kept apart.
   *
   * @param value whether they are
   * @return the same and that
   */
  public ConnectionInfo withKeepsMessages(boolean value) {
    return new ConnectionInfo(tls, credentials, webSocket, proxy, value);
  }
}
