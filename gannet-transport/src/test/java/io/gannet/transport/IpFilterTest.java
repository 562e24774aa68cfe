package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpFilterTest {

  private static InetSocketAddress peer(String address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getAllByName(address)[0], 1234);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.1.2.3, true",
    "10.0.0.0/8, 11.1.2.3, false",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "192.168.4.0/22, 192.168.7.255, true",
    "192.168.4.0/22, 192.168.8.0, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "::1, ::1, true",
    "::1, ::2, false",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "2001:db8::/32, 10.0.0.1, false",
    "10.0.0.0/8, 2001:db8::1, false",
    "255.255.255.255/32, 255.255.255.255, true",
    "128.0.0.0/1, 200.1.1.1, true",
    "128.0.0.0/1, 100.1.1.1, false",
    "::ffff:10.0.0.0/104, 10.1.2.3, true",
    "::ffff:10.0.0.0/104, 11.1.2.3, false",
    "::ffff:10.1.2.3, 10.1.2.3, true",
    "::ffff:10.1.2.3, 10.1.2.4, false",
    "::ffff:0:0/96, 203.0.113.9, true",
    "::ffff:0:0/96, 2001:db8::1, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true"
  })
  void aNetworkContainsItsAddresses(String network, String address, boolean contains)
      throws UnknownHostException {
    assertThat(IpFilter.allow(network).accepts(peer(address))).isEqualTo(contains);
    assertThat(IpFilter.deny(network).accepts(peer(address))).isEqualTo(!contains);
  }

  @Test
  void aFilterMayHaveSeveralNetworks() throws UnknownHostException {
    IpFilter filter = IpFilter.allow("10.0.0.0/8", "::1");
    assertThat(filter.accepts(peer("10.9.9.9"))).isTrue();
    assertThat(filter.accepts(peer("::1"))).isTrue();
    assertThat(filter.accepts(peer("127.0.0.1"))).isFalse();
    assertThat(IpFilter.allow().accepts(peer("127.0.0.1"))).isFalse();
    assertThat(IpFilter.deny().accepts(peer("127.0.0.1"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/x",
        "::1/129",
        "10.0.0.0/",
        "/8",
        "::ffff:10.0.0.0/95",
        "::ffff:10.0.0.0/129",
        "10.0.0.0/+8",
        "fe80::1%eth0"
      })
  void whatIsNoNetworkIsRefusedAndNamed(String network) {
    assertThatThrownBy(() -> IpFilter.allow(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(network);
  }

  @Test
  void theErrorStatesTheValidPrefixesOfMappedAddresses() {
    assertThatThrownBy(() -> IpFilter.allow("::ffff:10.0.0.0/8"))
        .hasMessage("the prefix of ::ffff:10.0.0.0/8 must be 96 to 128");
  }
}
