package io.gannet.transport;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The request with which a WebSocket session began, as the client sent it. Immutable.
 *
 * <p>On a server everything in it comes from the peer and may be anything.
 */
public interface WebSocketHandshake {

  /**
   * {@return the path of the request, decoded, without the query; begins with a slash}
   */
  String path();

  /**
   * {@return the query of the request as it was sent, without the question mark; empty if there is
   * none}
   */
  String query();

  /**
   * Finds a parameter of the query.
   *
   * @param name its name
   * @return its first value, decoded
   */
  Optional<String> parameter(String name);

  /**
   * Finds a header of the request.
   *
   * @param name its name, in any case
   * @return its first value
   */
  Optional<String> header(String name);

  /**
   * Finds all headers of a name.
   *
   * @param name the name, in any case
   * @return their values, in order
   */
  List<String> headers(String name);

  /**
   * {@return the names of all headers, in lower case}
   */
  Set<String> headerNames();

  /**
   * {@return the subprotocol that both sides have agreed on; inside {@link WebSocketOptions.Guard} the
   * one that the server will choose}
   */
  Optional<String> subprotocol();

  /**
   * {@return where the connection comes from}
   */
  SocketAddress remoteAddress();
}
