package io.gannet.transport;

import io.gannet.transport.internal.spi.TransportProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps a number of sessions to a server open, and replaces each lost session.
 *
 * <pre>{@code
 * Client<String> client = Client.tcp("localhost", 9000)
 *     .codec(Codecs.lines())
 *     .onMessage((session, text) -> System.out.println(text))
 *     .start();
 * client.session().send("hello");
 * }</pre>
 *
 * @param <M> the type of the messages
 */
public interface Client<M> extends Endpoint<M> {

  /**
   * Connects to a TCP port.
   *
   * @param host a name or an address; each address of a name is tried in turn
   * @param port the port
   * @return a builder
   */
  static ClientBuilder.NeedsCodec tcp(String host, int port) {
    return TransportProvider.load().tcpClient(host, port);
  }

  /**
   * Connects to a Unix socket.
   *
   * @param name the path of the socket's file; or, on Linux and with {@link Io} other than
   *     {@link Io#NIO}, an abstract name after an {@code @}
   * @return a builder
   */
  static ClientBuilder.NeedsCodec unix(String name) {
    return TransportProvider.load().unixClient(name);
  }

  /**
   * Exchanges datagrams with a UDP port, with the default options.
   *
   * @param host a name or an address
   * @param port the port
   * @return a builder
   */
  static ClientBuilder.NeedsCodec udp(String host, int port) {
    return udp(host, port, UdpOptions.defaults());
  }

  /**
   * Exchanges datagrams with a UDP port. Each sent message is one datagram, and each received
   * datagram must contain one or more whole messages. A session opens at once, because UDP has no
   * handshake. If the peer's machine reports that no process listens on the port, the session
   * closes with {@link CloseReason.Kind#CONNECTION_LOST}, and the client opens another one after
   * its {@link ClientBuilder#reconnect backoff}. The peer is not notified when a session closes.
   *
   * @param host a name or an address, also of a multicast group; or a broadcast address, if the
   *     options allow it
   * @param port the port
   * @param options how the client uses UDP
   * @return a builder, which throws {@link UnsupportedOperationException} for settings that only
   *     byte streams support
   */
  static ClientBuilder.NeedsCodec udp(String host, int port, UdpOptions options) {
    return TransportProvider.load().udpClient(host, port, options);
  }

  /**
   * Connects to a WebSocket.
   *
   * @param uri the URI, as {@code ws://host:port/path?query}, or {@code wss://} over TLS, for which
   *     {@link ClientBuilder#tls} sets the trusted certificates
   * @return a builder
   * @throws IllegalArgumentException if the URI is not that of a WebSocket
   */
  static ClientBuilder.NeedsCodec webSocket(String uri) {
    return webSocket(URI.create(uri), WebSocketOptions.defaults());
  }

  /**
   * Connects to a WebSocket.
   *
   * @param uri the URI, as {@code ws://host:port/path?query}, or {@code wss://} over TLS, for which
   *     {@link ClientBuilder#tls} sets the trusted certificates
   * @param options how the client uses WebSocket
   * @return a builder
   * @throws IllegalArgumentException if the URI is not that of a WebSocket
   */
  static ClientBuilder.NeedsCodec webSocket(URI uri, WebSocketOptions options) {
    return TransportProvider.load().webSocketClient(uri, options);
  }

  /**
   * Returns the open sessions in turn. If none is open, waits for one up to the
   * {@link ClientBuilder#connectTimeout connect timeout}. Never waits on an I/O thread.
   *
   * @return an open session
   * @throws NoSessionException if no session is open in time; the message says why
   */
  Session<M> session();

  /**
   * Returns the open sessions in turn. If none is open, waits for one. Never waits on an I/O
   * thread.
   *
   * @param timeout the maximum time to wait
   * @return an open session
   * @throws NoSessionException if no session is open in time; the message says why
   */
  Session<M> session(Duration timeout);

  /** {@return one of the open sessions, in turn, or empty if none is open} */
  Optional<Session<M>> trySession();

  /**
   * {@return whether no session is open and none will open again, because the client was stopped or
   * has stopped reconnecting}
   */
  boolean hasGivenUp();

  /**
   * Replaces the TLS settings of future connections. Existing connections are not affected. TLS
   * sessions from before are not resumed. May be called on any thread; reads files.
   *
   * @param tls the new settings
   * @throws TransportException if the settings can't be used; the message says why, and the
   *     previous settings stay
   * @throws IllegalArgumentException if the settings contain the {@code SSLContext} that is already
   *     in use, which would continue to resume sessions
   * @throws IllegalStateException if the client doesn't use TLS
   */
  void updateTls(ClientTls tls);
}
