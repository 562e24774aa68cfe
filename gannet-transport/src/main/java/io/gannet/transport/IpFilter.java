package io.gannet.transport;

import java.net.InetSocketAddress;

/** Decides who may connect to a server. Called on an I/O thread for each connection: must not block. */
@FunctionalInterface
public interface IpFilter {

  /**
   * Decides about a peer.
   *
   * @param peer the address it connects from
   * @return whether it may
   */
  boolean accepts(InetSocketAddress peer);

  /**
   * Lets only some networks in.
   *
   * @param networks addresses or networks in CIDR notation, such as {@code 10.0.0.0/8} or {@code
   *     ::1}. One of IPv4 contains no addresses of IPv6, nor the other way round; {@code ::ffff:10.0.0.0/104} is
   *     {@code 10.0.0.0/8}
   * @return the filter
   * @throws IllegalArgumentException if one is neither
   */
  static IpFilter allow(String... networks) {
    return TransportProvider.load().networks(networks);
  }

  /**
   * Keeps some networks out.
   *
   * @param networks addresses or networks in CIDR notation
   * @return the filter
   * @throws IllegalArgumentException if one is neither
   */
  static IpFilter deny(String... networks) {
    IpFilter listed = allow(networks);
    return peer -> !listed.accepts(peer);
  }
}
