package io.gannet.transport;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps a number of sessions to a server open, and opens a new one for each that is lost.
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
   * @param name the path of its file; or, on Linux and other than with {@link Io#NIO}, an abstract
   *     name behind an {@code @}
   * @return a builder
   */
  static ClientBuilder.NeedsCodec unix(String name) {
    return TransportProvider.load().unixClient(name);
  }

  /**
   * Sends to a UDP port, and receives what comes from there.
   *
   * @param host a name or an address
   * @param port the port
   * @return a builder
   */
  static ClientBuilder.NeedsCodec udp(String host, int port) {
    return udp(host, port, UdpOptions.defaults());
  }

  /**
   * Sends to a UDP port, and receives what comes from there. Each message is one datagram, and what
   * arrives must be one or more whole messages. A session is open at once, because nobody answers; if the
   * peer's machine says that nobody listens there, it ends with {@link CloseReason.Kind#CONNECTION_LOST},
   * and the client opens another when its {@link ClientBuilder#reconnect backoff} says so. The peer does
   * not learn that a session has closed.
   *
   * @param host a name or an address, also of a multicast group; or a broadcast address, if the options
   *     allow that
   * @param port the port
   * @param options how the client uses UDP
   * @return a builder; it throws {@link UnsupportedOperationException} for settings that only streams have
   */
  static ClientBuilder.NeedsCodec udp(String host, int port, UdpOptions options) {
    return TransportProvider.load().udpClient(host, port, options);
  }

  /**
   * Connects to a WebSocket.
   *
   * @param uri where, as {@code ws://host:port/path?query}, or {@code wss://} over TLS, for which
   *     {@link ClientBuilder#tls} says whom to trust
   * @return a builder
   * @throws IllegalArgumentException if the URI is none of a WebSocket
   */
  static ClientBuilder.NeedsCodec webSocket(String uri) {
    return webSocket(URI.create(uri), WebSocketOptions.defaults());
  }

  /**
   * Connects to a WebSocket.
   *
   * @param uri where, as {@code ws://host:port/path?query}, or {@code wss://} over TLS, for which
   *     {@link ClientBuilder#tls} says whom to trust
   * @param options how the client speaks WebSocket
   * @return a builder
   * @throws IllegalArgumentException if the URI is none of a WebSocket
   */
  static ClientBuilder.NeedsCodec webSocket(URI uri, WebSocketOptions options) {
    return TransportProvider.load().webSocketClient(uri, options);
  }

  /**
   * Picks an open session, in turn; waits for one up to the connect timeout if there is none. On an
   * I/O thread it doesn't wait.
   *
   * @return an open session
   * @throws NoSessionException if there is none, with what went wrong
   */
  Session<M> session();

  /**
   * Picks an open session, in turn; waits for one if there is none. On an I/O thread it doesn't wait.
   *
   * @param timeout how long to wait
   * @return an open session
   * @throws NoSessionException if there is none, with what went wrong
   */
  Session<M> session(Duration timeout);

  /**
   * {@return an open session, in turn, if there is one}
   */
  Optional<Session<M>> trySession();

  /**
   * {@return whether no session is open and none will be any more: the client was stopped, or has given
   * up connecting}
   */
  boolean hasGivenUp();

  /**
   * Encrypts the connections that it makes from now on in another way; those that stand are not disturbed.
   * No TLS session of before is resumed. May be called on any thread; reads files.
   *
   * @param tls the new settings
   * @throws TransportException if they can't be used, with the reason; those of before stay then
   * @throws IllegalArgumentException if they have the {@code SSLContext} that is in use: it would go on
   *     resuming sessions
   * @throws IllegalStateException if the client doesn't encrypt
   */
  void updateTls(ClientTls tls);
}
