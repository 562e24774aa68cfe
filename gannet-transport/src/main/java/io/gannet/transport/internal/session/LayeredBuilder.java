package io.gannet.transport.internal.session;

import java.util.List;

/** A builder of servers to which another module of Gannet adds a protocol, as a layer. */
public interface LayeredBuilder {

  /**
   * Adds the layer next to the session, behind TLS.
   *
   * @param layer the layer
   * @param applicationProtocols the names of the protocol in TLS (ALPN, RFC 7301), by preference;
   *     offered in addition to those of the user
   * @throws IllegalArgumentException if the transport is not a stream of bytes
   */
  void addLayer(Layer layer, List<String> applicationProtocols);
}
