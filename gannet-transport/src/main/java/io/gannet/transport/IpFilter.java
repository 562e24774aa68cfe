package io.gannet.transport;

import io.gannet.transport.internal.spi.TransportProvider;
import java.net.InetSocketAddress;

/**
 * Decides which addresses may connect to a server. Called on an I/O thread for each connection, so
 * it must not block.
 */
@FunctionalInterface
public interface IpFilter {

  /**
   * Decides about a connection.
   *
   * @param peer the address of the peer
   * @return whether the peer may connect
   */
  boolean accepts(InetSocketAddress peer);

  /**
   * Accepts only some networks.
   *
   * @param networks addresses or networks in CIDR notation, such as {@code 10.0.0.0/8} or
   *     {@code ::1}. An IPv4 network contains no IPv6 addresses, and the other way round;
   *     {@code ::ffff:10.0.0.0/104} equals {@code 10.0.0.0/8}
   * @return the filter
   * @throws IllegalArgumentException if a text is neither an address nor a network
   */
  static IpFilter allow(String... networks) {
    return TransportProvider.load().networks(networks);
  }

  /**
   * Rejects some networks.
   *
   * @param networks addresses or networks in CIDR notation
   * @return the filter
   * @throws IllegalArgumentException if a text is neither an address nor a network
   */
  static IpFilter deny(String... networks) {
    IpFilter listed = allow(networks);
    return peer -> !listed.accepts(peer);
  }
}
