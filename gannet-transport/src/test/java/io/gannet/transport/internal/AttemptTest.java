package io.gannet.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttemptTest {

  private static SocketAddress address(String literal) {
    return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(literal), 9);
  }

  private static List<SocketAddress> addresses(String... literals) {
    return Stream.of(literals).map(AttemptTest::address).toList();
  }

  private static List<SocketAddress> ordered(
      @Nullable SocketAddress first, @Nullable SocketAddress last, String... literals) {
    return Attempt.ordered(addresses(literals), first, last);
  }

  @Test
  void addressFamiliesAlternate() {
    assertThat(ordered(null, null, "::1", "::2", "10.0.0.1", "10.0.0.2", "10.0.0.3"))
        .isEqualTo(addresses("::1", "10.0.0.1", "::2", "10.0.0.2", "10.0.0.3"));
    assertThat(ordered(null, null, "10.0.0.1", "10.0.0.2", "::1"))
        .isEqualTo(addresses("10.0.0.1", "::1", "10.0.0.2"));
  }

  @Test
  void theLastGoodAddressIsFirstAndTheLastBadOneIsLast() {
    assertThat(ordered(address("::1"), address("10.0.0.1"), "10.0.0.1", "10.0.0.2", "::1"))
        .isEqualTo(addresses("::1", "10.0.0.2", "10.0.0.1"));
    assertThat(ordered(address("::9"), address("::8"), "10.0.0.1", "::1"))
        .isEqualTo(addresses("10.0.0.1", "::1"));
  }
}
