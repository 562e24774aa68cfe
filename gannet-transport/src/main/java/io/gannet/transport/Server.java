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
   * {@return the addresses it listens on, with the real ports, in the order they were given}
   */
  List<SocketAddress> addresses();

  /**
   * {@return the port of the first address}
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
