package io.gannet.transport;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Accepts connections and makes sessions of them.
 *
 * <pre>{@code
 * Server<String> server = Server.tcp(9000)
 *     .codec(Codecs.lines())
 *     .onMessage((session, text) -> session.send(text))
 *     .start();
 * }</pre>
 *
 * @param <M> the type of the messages
 */
public interface Server<M> extends Endpoint<M> {

  /**
   * Listens on a TCP port on all addresses of this machine.
   *
   * @param port 0 for a free one
   * @return a builder
   */
  static ServerBuilder.NeedsCodec tcp(int port) {
    return tcp("0.0.0.0", port);
  }

  /**
   * Listens on a TCP port on one address.
   *
   * @param host a name or an address of this machine
   * @param port 0 for a free one
   * @return a builder
   */
  static ServerBuilder.NeedsCodec tcp(String host, int port) {
    return TransportProvider.load().tcpServer(host, port);
  }

  /**
   * Listens for WebSockets on a TCP port on all addresses of this machine, at every path.
   *
   * @param port 0 for a free one
   * @return a builder
   */
  static ServerBuilder.NeedsCodec webSocket(int port) {
    return webSocket("0.0.0.0", port, WebSocketOptions.defaults());
  }

  /**
   * Listens for WebSockets on a TCP port on one address. Each message that the codec writes is one
   * message of WebSocket; one that arrives may hold several of the codec's, and holds nothing else.
   * With {@link ServerBuilder#tls} clients connect with {@code wss://}.
   *
   * @param host a name or an address of this machine
   * @param port 0 for a free one
   * @param options how it speaks WebSocket
   * @return a builder
   */
  static ServerBuilder.NeedsCodec webSocket(String host, int port, WebSocketOptions options) {
    return TransportProvider.load().webSocketServer(host, port, options);
  }

  /**
   * Listens on a Unix socket. A file that is there already is removed if it is a socket on which
   * nobody listens any more; anything else is left alone, and {@link ServerBuilder#start} throws. The
   * server removes its file when it stops.
   *
   * @param name the path of the socket's file, at most about 100 bytes long; or, on Linux and other
   *     than with {@link Io#NIO}, an abstract name behind an {@code @}, which needs no file
   * @return a builder
   */
  static ServerBuilder.NeedsCodec unix(String name) {
    return TransportProvider.load().unixServer(name);
  }

  /**
   * {@return the addresses it listens on, with the real ports, in the order they were given: {@link
   * java.net.InetSocketAddress} for TCP, {@link java.net.UnixDomainSocketAddress} for Unix sockets}
   */
  List<SocketAddress> addresses();

  /**
   * {@return the port of the first address}
   * @throws IllegalStateException if that has none
   */
  int port();

  /**
   * Finds an open session.
   *
   * @param id its {@link Session#id()}
   * @return the session, if it is open
   */
  Optional<Session<M>> session(long id);
}
