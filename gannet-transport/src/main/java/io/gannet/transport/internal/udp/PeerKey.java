package io.gannet.transport.internal.udp;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An address as a key of maps. The hash of an address is the sum of its numbers, so an attacker who
 * forges addresses can choose thousands with the same hash. Because keys are comparable, a
 * {@link java.util.HashMap} still finds each of them in a few steps.
 *
 * <p>The zone of a link-local IPv6 address is part of the key, although
 * {@link InetSocketAddress#equals} ignores it.
 */
record PeerKey(InetSocketAddress address) implements Comparable<PeerKey> {

  @Override
  public int compareTo(PeerKey other) {
    int hosts =
        Arrays.compare(address.getAddress().getAddress(), other.address.getAddress().getAddress());
    if (hosts != 0) {
      return hosts;
    }
    int ports = Integer.compare(address.getPort(), other.address.getPort());
    return ports != 0 ? ports : Integer.compare(zone(), other.zone());
  }

  private int zone() {
    return address.getAddress() instanceof Inet6Address v6 ? v6.getScopeId() : 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PeerKey key && address.equals(key.address) && zone() == key.zone();
  }

  @Override
  public int hashCode() {
    return address.hashCode();
  }
}
