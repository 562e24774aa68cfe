package io.gannet.transport.internal.session;

import java.util.function.Function;

/** A builder of clients to which another module of Gannet adds a protocol, as a layer. */
public interface LayeredClientBuilder {

  /**
   * Adds the layer next to the session, behind TLS.
   *
   * @param layer creates the layer; its argument is the authority that the client connects to (RFC
   *     3986, section 3.2), without user information
   * @param applicationProtocol the name of the protocol in TLS (ALPN, RFC 7301); offered in
   *     addition to those of the user
   * @throws IllegalArgumentException if the transport is not a stream of bytes
   */
  void addLayer(Function<String, Layer> layer, String applicationProtocol);
}
