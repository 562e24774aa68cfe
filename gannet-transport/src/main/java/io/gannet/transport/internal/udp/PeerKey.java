package io.gannet.transport.internal.udp;

import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * An address as a key of maps. Whoever forges addresses chooses them, and the hash of an address is the sum
 * of its numbers: thousands can have the same. Because keys can be compared, a {@link java.util.HashMap}
 * still finds each of them in a few steps.
 */
record PeerKey(InetSocketAddress address) implements Comparable<PeerKey> {

  @Override
  public int compareTo(PeerKey other) {
    int hosts =
        Arrays.compare(address.getAddress().getAddress(), other.address.getAddress().getAddress());
    return hosts != 0 ? hosts : Integer.compare(address.getPort(), other.address.getPort());
  }
}
