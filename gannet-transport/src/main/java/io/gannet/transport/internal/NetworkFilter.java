package io.gannet.transport.internal;

import io.gannet.transport.IpFilter;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
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
    if (!NetUtil.isValidIpV4Address(address) && !NetUtil.isValidIpV6Address(address)) {
      throw new IllegalArgumentException(
          "neither an address nor a network in CIDR notation: " + network);
    }
    int bits = NetUtil.isValidIpV4Address(address) ? 32 : 128;
    try {
      int prefix = slash < 0 ? bits : Integer.parseInt(network.substring(slash + 1));
      return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the prefix of %s must be 0 to %d".formatted(network, bits), e);
    }
  }
}
