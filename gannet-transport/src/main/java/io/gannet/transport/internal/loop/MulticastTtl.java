package io.gannet.transport.internal.loop;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import java.util.Map;

/**
 * The operating system's options for the time to live of multicast datagrams. Netty's option
 * (4.2.18), {@link ChannelOption#IP_MULTICAST_TTL}, sets that of unicast datagrams on epoll and
 * io_uring, and has no effect on kqueue.
 *
 * @param ipv4 the option for IPv4
 * @param ipv6 the option for IPv6, on sockets for both versions
 */
record MulticastTtl(ChannelOption<Integer> ipv4, ChannelOption<Integer> ipv6) {

  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_IPV6 = 41;

  static final MulticastTtl LINUX =
      new MulticastTtl(
          new IntegerUnixChannelOption("IP_MULTICAST_TTL", IPPROTO_IP, 33),
          new IntegerUnixChannelOption("IPV6_MULTICAST_HOPS", IPPROTO_IPV6, 18));

  static final MulticastTtl MACOS =
      new MulticastTtl(
          new IntegerUnixChannelOption("IP_MULTICAST_TTL", IPPROTO_IP, 10),
          new IntegerUnixChannelOption("IPV6_MULTICAST_HOPS", IPPROTO_IPV6, 10));

  /**
   * {@return the options of a socket}
   *
   * @param hops the number of routers that datagrams may pass
   * @param ipv4Only whether the socket is only for IPv4
   */
  Map<ChannelOption<?>, Object> of(int hops, boolean ipv4Only) {
    return ipv4Only || !Socket.isIPv6Preferred()
        ? Map.of(ipv4, hops)
        : Map.of(ipv4, hops, ipv6, hops);
  }
}
