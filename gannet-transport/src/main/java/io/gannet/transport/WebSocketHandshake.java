package io.gannet.transport;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The request that opened a WebSocket session, as the client sent it. Immutable.
 *
 * <p>On a server, all parts of it are untrusted.
 */
public interface WebSocketHandshake {

  /** {@return the path of the request, decoded, without the query; starts with a slash} */
  String path();

  /**
   * {@return the query of the request as it was sent, without the question mark; empty if there is
   * none}
   */
  String query();

  /**
   * Returns a parameter of the query.
   *
   * @param name the name
   * @return its first value, decoded
   */
  Optional<String> parameter(String name);

  /**
   * Returns a header of the request.
   *
   * @param name the name, in any case
   * @return its first value
   */
  Optional<String> header(String name);

  /**
   * Returns all headers with a name.
   *
   * @param name the name, in any case
   * @return their values, in order
   */
  List<String> headers(String name);

  /** {@return the names of all headers, in lower case} */
  Set<String> headerNames();

  /**
   * {@return the negotiated subprotocol; inside {@link WebSocketOptions.Guard} the one that the
   * server will select}
   */
  Optional<String> subprotocol();

  /** {@return the address that the connection comes from} */
  SocketAddress remoteAddress();
}
