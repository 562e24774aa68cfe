package io.gannet.transport.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PeerKeyTest {

  private static final int ADDRESSES = 60_000;

  /** A comparison with each other key of the same hash would take a minute. */
  @Test
  @Timeout(10)
  void addressesWithEqualHashesAreFoundQuickly() throws UnknownHostException {
    List<PeerKey> keys = new ArrayList<>();
    for (int i = 0; i < ADDRESSES; i++) {
      InetAddress host = InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
      keys.add(new PeerKey(new InetSocketAddress(host, 0xFFFF - i)));
    }
    assertThat(keys).extracting(PeerKey::hashCode).containsOnly(keys.getFirst().hashCode());

    Map<PeerKey, PeerKey> map = new HashMap<>();
    keys.forEach(key -> map.put(key, key));

    assertThat(map).hasSize(ADDRESSES);
    for (PeerKey key : keys) {
      assertThat(map.containsKey(new PeerKey(key.address()))).isTrue();
    }
  }

  @Test
  void addressesOfBothVersionsAreDifferent() throws UnknownHostException {
    InetAddress host = InetAddress.getByAddress(new byte[] {1, 2, 3, 4});
    PeerKey ipv4 = new PeerKey(new InetSocketAddress(host, 1));
    PeerKey ipv6 = new PeerKey(new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 1));
    PeerKey otherPort = new PeerKey(new InetSocketAddress(host, 2));

    assertThat(List.of(ipv4, ipv6, otherPort)).doesNotHaveDuplicates();
    assertThat(ipv4).isNotEqualByComparingTo(ipv6).isNotEqualByComparingTo(otherPort);
    assertThat(ipv4).isEqualByComparingTo(new PeerKey(ipv4.address()));
  }

  @Test
  void theSameLinkLocalAddressOnTwoLinksAreTwoPeers() throws UnknownHostException {
    assertThat(linkLocal(1)).isEqualTo(linkLocal(1)).isEqualByComparingTo(linkLocal(1));
    assertThat(linkLocal(1)).isNotEqualTo(linkLocal(2)).isNotEqualByComparingTo(linkLocal(2));
  }

  private static PeerKey linkLocal(int zone) throws UnknownHostException {
    byte[] address = {(byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return new PeerKey(new InetSocketAddress(Inet6Address.getByAddress(null, address, zone), 9000));
  }
}
