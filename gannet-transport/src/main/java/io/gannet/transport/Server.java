package io.gannet.transport;

import io.gannet.transport.internal.spi.TransportProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Accepts connections and creates a session for each.
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
   * @param port 0 for any free port
   * @return a builder
   */
  static ServerBuilder.NeedsCodec tcp(int port) {
    return tcp("0.0.0.0", port);
  }

  /**
   * Listens on a TCP port on one address.
   *
   * @param host a name or an address of this machine
   * @param port 0 for any free port
   * @return a builder
   */
  static ServerBuilder.NeedsCodec tcp(String host, int port) {
    return TransportProvider.load().tcpServer(host, port);
  }

  /**
   * Listens for WebSockets on a TCP port on all addresses of this machine, at every path.
   *
   * @param port 0 for any free port
   * @return a builder
   */
  static ServerBuilder.NeedsCodec webSocket(int port) {
    return webSocket("0.0.0.0", port, WebSocketOptions.defaults());
  }

  /**
   * Listens for WebSockets on a TCP port on one address. Each message that the codec writes is one
   * WebSocket message. A received WebSocket message may contain several messages of the codec, and
   * must contain only whole ones. With {@link ServerBuilder#tls}, clients connect with
   * {@code wss://}.
   *
   * @param host a name or an address of this machine
   * @param port 0 for any free port
   * @param options how the server uses WebSocket
   * @return a builder
   */
  static ServerBuilder.NeedsCodec webSocket(String host, int port, WebSocketOptions options) {
    return TransportProvider.load().webSocketServer(host, port, options);
  }

  /**
   * Listens on a Unix socket. An existing file is removed if it is a socket that no process listens
   * on any more. Any other file is kept, and {@link ServerBuilder#start} throws. The server removes
   * its file when it stops.
   *
   * @param name the path of the socket's file, at most about 100 bytes long; or, on Linux and with
   *     {@link Io} other than {@link Io#NIO}, an abstract name after an {@code @}, which needs no
   *     file
   * @return a builder
   */
  static ServerBuilder.NeedsCodec unix(String name) {
    return TransportProvider.load().unixServer(name);
  }

  /**
   * Listens on a UDP port on all addresses of this machine.
   *
   * @param port 0 for any free port
   * @return a builder
   */
  static ServerBuilder.NeedsCodec udp(int port) {
    return udp("0.0.0.0", port, UdpOptions.defaults());
  }

  /**
   * Listens on a UDP port on one address. Each source address has a session, until nothing has
   * arrived from it for a minute ({@link ServerBuilder#readIdleTimeout}). There are at most 65,536
   * sessions ({@link ServerBuilder#maxSessions}); datagrams from further addresses are dropped and
   * counted. A peer isn't notified when its session closes; its next datagram opens another one.
   *
   * <p>Each sent message is one datagram, and each received datagram must contain one or more whole
   * messages. Otherwise {@link SessionListener#onError} is called, and the session continues,
   * because anyone can forge a datagram's source address. For the same reason, the amount of data
   * sent to a peer is limited until it is {@linkplain Session#confirmPeer() confirmed}. An empty
   * datagram that the codec makes no message of is counted in {@link SessionStats#messagesLost}.
   *
   * @param host a name or an address of this machine
   * @param port 0 for any free port
   * @param options how the server uses UDP
   * @return a builder, which throws {@link UnsupportedOperationException} for settings that only
   *     byte streams support
   */
  static ServerBuilder.NeedsCodec udp(String host, int port, UdpOptions options) {
    return TransportProvider.load().udpServer(host, port, options);
  }

  /**
   * {@return the addresses that the server listens on, with the real ports, in the configured
   * order: {@link InetSocketAddress} for TCP and UDP, {@link java.net.UnixDomainSocketAddress} for
   * Unix sockets}
   */
  List<SocketAddress> addresses();

  /**
   * {@return the port of the first address}
   *
   * @throws IllegalStateException if the address has no port
   */
  int port();

  /**
   * Stops accepting connections and frees the addresses for another server. Sessions continue, and
   * the server is running until it is {@linkplain #stop stopped}. This is for a server that
   * announces its stop to its clients and completes their last requests: a load balancer notices at
   * once that the port is closed. Returns when the addresses are free, or at once on an I/O thread.
   * UDP sessions keep their port. Further calls have no effect.
   */
  void stopAccepting();

  /**
   * Sends a message to an address, with or without a session, from the first address that the
   * server listens on. UDP only. The rules of sessions don't apply: there is no queue policy, no
   * statistics, and no {@linkplain UdpOptions#amplification() limit} on data to unconfirmed
   * addresses. A codec per session is created for this one message.
   *
   * @param address the destination: a host, a multicast group, or, if the options allow it, a
   *     broadcast address
   * @param message the message
   * @return completes when the operating system has accepted the datagram; fails with the reason
   *     otherwise, for instance if the server has stopped
   * @throws UnsupportedOperationException if this isn't a UDP server
   * @throws IllegalArgumentException if the host name of the address is unresolved
   * @throws QueueFullException if the datagrams to all addresses that wait for the operating system
   *     exceed {@link ServerBuilder#outboundQueue}
   * @throws EncodeException or any other exception that the codec throws
   * @throws MessageTooLargeException if the encoded message exceeds the server's limit
   */
  CompletionStage<Void> sendTo(InetSocketAddress address, M message);

  /**
   * Finds an open session.
   *
   * @param id the session's {@link Session#id()}
   * @return the session, if it is open
   */
  Optional<Session<M>> session(long id);

  /**
   * Replaces the TLS settings of future connections. Existing connections are not affected. TLS
   * sessions from before are not resumed. May be called on any thread; reads files.
   *
   * @param tls the new settings
   * @throws TransportException if the settings can't be used; the message says why, and the
   *     previous settings stay
   * @throws IllegalArgumentException if the settings contain the {@code SSLContext} that is already
   *     in use, which would continue to resume sessions
   * @throws IllegalStateException if the server doesn't use TLS
   */
  void updateTls(ServerTls tls);
}
