package io.gannet.transport.internal;

import io.gannet.transport.IpFilter;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Accepts the peers of some networks. */
final class NetworkFilter implements IpFilter {

  private final List<IpSubnetFilterRule> networks;

  NetworkFilter(String... networks) {
    this.networks = Arrays.stream(networks).map(NetworkFilter::parse).toList();
  }

  @Override
  public boolean accepts(InetSocketAddress peer) {
    return networks.stream().anyMatch(network -> network.matches(peer));
  }

  private static IpSubnetFilterRule parse(String network) {
    int slash = network.indexOf('/');
    String address = slash < 0 ? network : network.substring(0, slash);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null || address.indexOf('%') >= 0) {
      throw new IllegalArgumentException(
          "not an address or a network in CIDR notation: " + network);
    }
    int bits = 8 * bytes.length;
    InetAddress first = address(bytes);
    // Java represents IPv4-mapped IPv6 addresses (RFC 4291, section 2.5.5.2) as IPv4, for peers as
    // well.
    int mapped = bits - 8 * first.getAddress().length;
    int prefix = slash < 0 ? bits : prefix(network.substring(slash + 1));
    if (prefix < mapped || prefix > bits) {
      throw new IllegalArgumentException(
          "the prefix of %s must be %d to %d".formatted(network, mapped, bits));
    }
    return new IpSubnetFilterRule(first, prefix - mapped, IpFilterRuleType.ACCEPT);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // never: it has 4 or 16 bytes
    }
  }

  /** {@return the number with these digits; -1 if it isn't one} */
  private static int prefix(String digits) {
    return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
  }
}
