package io.gannet.discovery.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.discovery.Advertising;
import io.gannet.discovery.RegistryUri;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The address that a server advertises to consumers. */
class AdvertisedAddressTest {

  private static final Advertising GREETER = Advertising.of("Greeter");
  private static final String REMOTE = "etcd://192.0.2.1:2379";

  /** A machine with the address 192.0.2.77. */
  private static String uri(Advertising said, String registry, SocketAddress... bound) {
    return new AdvertisedAddress(
            said,
            RegistryUri.parse(registry),
            server ->
                InetAddress.getByName(server.isLoopbackAddress() ? "127.0.0.1" : "192.0.2.77"))
        .of(List.of(bound))
        .uri()
        .toString();
  }

  private static InetSocketAddress bound(String address) {
    return new InetSocketAddress(address, 7000);
  }

  @Test
  void aServerOnAllInterfacesAdvertisesTheOneTowardsTheRegistry() {
    assertThat(uri(GREETER, REMOTE, bound("0.0.0.0"))).isEqualTo("tcp://192.0.2.77:7000");
    assertThat(uri(GREETER, "zookeeper://127.0.0.1:1,192.0.2.1:2", bound("::")))
        .isEqualTo("tcp://192.0.2.77:7000");
  }

  @Test
  void theLoopbackAddressIsAdvertisedOnlyIfTheRegistryIsLocal() {
    assertThat(uri(GREETER, "memory:", bound("0.0.0.0"))).isEqualTo("tcp://127.0.0.1:7000");
    assertThat(uri(GREETER, "etcd://localhost:2379", bound("0.0.0.0")))
        .isEqualTo("tcp://127.0.0.1:7000");
    assertThat(uri(GREETER, "memory:", bound("127.0.0.1"))).isEqualTo("tcp://127.0.0.1:7000");
    assertThatThrownBy(() -> uri(GREETER, REMOTE, bound("127.0.0.1")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("withAddress");
  }

  @Test
  void aServerOnOneAddressAdvertisesThatAddress() {
    assertThat(uri(GREETER, REMOTE, bound("10.0.0.5"))).isEqualTo("tcp://10.0.0.5:7000");
    assertThat(uri(GREETER, REMOTE, bound("fd00::5"))).isEqualTo("tcp://[fd00:0:0:0:0:0:0:5]:7000");
  }

  @Test
  void anExplicitAddressTakesPrecedence() {
    InetSocketAddress everywhere = bound("0.0.0.0");
    assertThat(uri(GREETER.withAddress("greeter.example"), REMOTE, everywhere))
        .isEqualTo("tcp://greeter.example:7000");
    assertThat(uri(GREETER.withAddress("greeter.example:80"), REMOTE, everywhere))
        .isEqualTo("tcp://greeter.example:80");
    assertThat(uri(GREETER.withAddress("[fd00::7]"), REMOTE, everywhere))
        .isEqualTo("tcp://[fd00::7]:7000");
    assertThat(
            uri(GREETER.withProtocol("wss").withPath("/rpc").withAddress("h"), REMOTE, everywhere))
        .isEqualTo("wss://h:7000/rpc");
  }

  @Test
  void aUnixSocketAdvertisesItsPath() {
    SocketAddress socket = UnixDomainSocketAddress.of("/run/greeter.sock");
    assertThat(uri(GREETER, "memory:", socket)).isEqualTo("unix:///run/greeter.sock");
    assertThat(uri(GREETER.withProtocol("unix"), "memory:", bound("0.0.0.0"), socket))
        .isEqualTo("unix:///run/greeter.sock");
    assertThat(uri(GREETER, "memory:", socket, bound("127.0.0.1")))
        .isEqualTo("tcp://127.0.0.1:7000");
  }

  @Test
  void anUnreachableRegistryIsReported() {
    AdvertisedAddress unreachable =
        new AdvertisedAddress(
            GREETER,
            RegistryUri.parse(REMOTE),
            server -> {
              throw new IOException("Network is unreachable");
            });
    assertThatThrownBy(() -> unreachable.of(List.of(bound("0.0.0.0"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Network is unreachable")
        .hasMessageContaining("withAddress");
  }

  @Test
  void otherAttributesOfTheInstanceAreKept() {
    assertThat(
            new AdvertisedAddress(
                    GREETER
                        .withVersion("2")
                        .withGroup("blue")
                        .withZone("eu-1a")
                        .withWeight(7)
                        .withMetadata(Map.of("build", "417")),
                    RegistryUri.parse("memory:"))
                .of(List.of(bound("127.0.0.1"))))
        .satisfies(instance -> {
          assertThat(instance.version()).isEqualTo("2");
          assertThat(instance.group()).isEqualTo("blue");
          assertThat(instance.zone()).isEqualTo("eu-1a");
          assertThat(instance.weight()).isEqualTo(7);
          assertThat(instance.metadata()).containsEntry("build", "417");
        });
  }

  @Test
  void aServerOnOneAddressDoesNotQueryTheRegistryForAnother() {
    AdvertisedAddress unreachable =
        new AdvertisedAddress(
            GREETER,
            RegistryUri.parse("etcd://no-such-host.invalid:2379"),
            server -> {
              throw new IOException("Network is unreachable");
            });
    assertThat(unreachable.of(List.of(bound("10.0.0.5"))).address()).isEqualTo("10.0.0.5:7000");
  }

  @Test
  void unreachableAddressesAreRefused() {
    for (String nowhere :
        List.of("0.0.0.0", "0.0.0.0:80", "[::]", "[::]:80", "fd00::5", "2001:1::5", ":80", "")) {
      assertThatThrownBy(() -> uri(GREETER.withAddress(nowhere), REMOTE, bound("10.0.0.5")))
          .as(nowhere)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("withAddress");
    }
  }

  @Test
  void theZoneOfAnAddressIsNotAdvertised() throws IOException {
    // Sockets report their addresses like this: with a zone, even if there is none.
    InetSocketAddress global = inZone("fd00::5", 0);
    assertThat(global.getAddress().getHostAddress()).endsWith("%0");
    assertThat(uri(GREETER, REMOTE, global)).isEqualTo("tcp://[fd00:0:0:0:0:0:0:5]:7000");
    InetSocketAddress ofTheLink = inZone("fe80::5", 3);
    assertThatThrownBy(() -> uri(GREETER, REMOTE, ofTheLink))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("withAddress");
    assertThat(uri(GREETER, "memory:", ofTheLink)).isEqualTo("tcp://[fe80:0:0:0:0:0:0:5%3]:7000");
    AdvertisedAddress byLink =
        new AdvertisedAddress(GREETER, RegistryUri.parse(REMOTE), server -> ofTheLink.getAddress());
    assertThatThrownBy(() -> byLink.of(List.of(bound("::"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("fe80")
        .hasMessageContaining("withAddress");
  }

  private static InetSocketAddress inZone(String address, int zone) throws IOException {
    byte[] bytes = InetAddress.getByName(address).getAddress();
    return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, zone), 7000);
  }
}
