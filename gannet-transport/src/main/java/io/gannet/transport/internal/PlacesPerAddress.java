package io.gannet.transport.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts connections by the address of the peer, and limits them. Only addresses with a connection
 * take memory. Thread-safe.
 */
final class PlacesPerAddress {

  /** Distinguishes IPv4 from all networks of IPv6 that can send: ff00::/8 is multicast. */
  private static final long IPV4 = 0xffff_ffffL << 32;

  private final int max;
  private final ConcurrentHashMap<Long, Integer> taken = new ConcurrentHashMap<>();

  /**
   * Creates a counter.
   *
   * @param max the maximum for each address; 0 for no limit
   */
  PlacesPerAddress(int max) {
    this.max = max;
  }

  /** {@return whether there is a limit} */
  boolean isLimited() {
    return max > 0;
  }

  /** {@return what an address is counted as: an IPv4 address, or the first 64 bits of IPv6} */
  static long key(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return bytes.remaining() == 4 ? IPV4 | (bytes.getInt() & 0xffff_ffffL) : bytes.getLong();
  }

  /** Takes a place for a peer. Returns false if its address, which must be resolved, has none. */
  boolean take(InetSocketAddress peer) {
    boolean[] got = new boolean[1];
    taken.compute(
        key(peer.getAddress()),
        (key, old) -> {
          int count = old == null ? 0 : old;
          got[0] = count < max;
          return got[0] ? Integer.valueOf(count + 1) : old;
        });
    return got[0];
  }

  /** Gives back a place. */
  void leave(long key) {
    taken.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
  }
}
