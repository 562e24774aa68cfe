package io.gannet.transport;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

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
   * Listens on a UDP port on all addresses of this machine.
   *
   * @param port 0 for a free one
   * @return a builder
   */
  static ServerBuilder.NeedsCodec udp(int port) {
    return udp("0.0.0.0", port, UdpOptions.defaults());
  }

  /**
   * Listens on a UDP port on one address. Each address that a datagram comes from has a session, until
   * nothing has come from it for a minute ({@link ServerBuilder#readIdleTimeout}); there are at most
   * 65,536 ({@link ServerBuilder#maxSessions}), and datagrams of others are thrown away and counted. Each
   * message is one datagram, and what arrives must be one or more whole messages: what isn't goes to
   * {@link SessionListener#onError}, and the session lives on, because anybody can send a datagram in
   * another's name. An empty one that the codec makes nothing of is counted in {@link
   * SessionStats#messagesLost}. For the same reason much is sent only to peers that are {@linkplain
   * Session#confirmPeer() confirmed}. A peer does not learn that its session has closed; its next datagram
   * opens another.
   *
   * @param host a name or an address of this machine
   * @param port 0 for a free one
   * @param options how it uses UDP
   * @return a builder; it throws {@link UnsupportedOperationException} for settings that only streams have
   */
  static ServerBuilder.NeedsCodec udp(String host, int port, UdpOptions options) {
    return TransportProvider.load().udpServer(host, port, options);
  }

  /**
   * {@return the addresses it listens on, with the real ports, in the order they were given: {@link
   * InetSocketAddress} for TCP and UDP, {@link java.net.UnixDomainSocketAddress} for Unix sockets}
   */
  List<SocketAddress> addresses();

  /**
   * {@return the port of the first address}
   * @throws IllegalStateException if that has none
   */
  int port();

  /**
   * Accepts no more connections, and frees the addresses for another server. Sessions go on; the server is
   * running until it is {@linkplain #stop stopped}. For a server that tells its clients that it is about to
   * stop, and has their last requests still to do: a load balancer sees at once that nobody listens. Returns
   * when the addresses are free, or at once on an I/O thread; UDP sessions keep their port. Does nothing
   * when called again.
   */
  void stopAccepting();

  /**
   * Sends a message to an address with which there need be no session, from the first address that the
   * server listens on. UDP only. Nothing of what is said of sessions holds for it: no queue policy, no
   * statistics, no {@linkplain UdpOptions#amplification() bound} on what is sent to unconfirmed addresses.
   * A codec that is made for each session is made for the message.
   *
   * @param address whom to send to: a host, a multicast group, or, if the options allow that, a broadcast
   *     address
   * @param message the message
   * @return completes when the operating system has the datagram, or fails with why not, for instance
   *     because the server has stopped
   * @throws UnsupportedOperationException if this is no UDP server
   * @throws IllegalArgumentException if the name of the address has not been resolved
   * @throws QueueFullException if more waits for the operating system, of all addresses together, than
   *     {@link ServerBuilder#outboundQueue} allows
   * @throws EncodeException or whatever else the codec throws
   * @throws MessageTooLargeException if the encoded message is over the server's limit
   */
  CompletionStage<Void> sendTo(InetSocketAddress address, M message);

  /**
   * Finds an open session.
   *
   * @param id its {@link Session#id()}
   * @return the session, if it is open
   */
  Optional<Session<M>> session(long id);

  /**
   * Encrypts the connections that come from now on in another way; those that stand are not disturbed. No
   * TLS session of before is resumed. May be called on any thread; reads files.
   *
   * @param tls the new settings
   * @throws TransportException if they can't be used, with the reason; those of before stay then
   * @throws IllegalArgumentException if they have the {@code SSLContext} that is in use: it would go on
   *     resuming sessions
   * @throws IllegalStateException if the server doesn't encrypt
   */
  void updateTls(ServerTls tls);
}
