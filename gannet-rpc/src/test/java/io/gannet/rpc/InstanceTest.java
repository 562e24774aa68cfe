package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstanceTest {

  private static final Instance ONE = Instance.of("Greeter", "tcp", "10.0.0.5:7000");

  @Test
  void eachInstanceHasItsOwnId() {
    Instance other = Instance.of("Greeter", "tcp", "10.0.0.5:7000");
    assertThat(ONE.id()).startsWith("10.0.0.5:7000-").isNotEqualTo(other.id());
  }

  @Test
  void protocolAndAddressMakeAUri() {
    assertThat(ONE.uri()).isEqualTo(URI.create("tcp://10.0.0.5:7000"));
    assertThat(Instance.of("Greeter", "unix", "/run/greeter.sock").uri())
        .isEqualTo(URI.create("unix:///run/greeter.sock"));
    assertThat(Instance.of("Greeter", "ws", "h:8080/rpc").uri().getPath()).isEqualTo("/rpc");
  }

  @Test
  void itsTextIsOneShortLineForAnyAttributes() {
    Instance hostile =
        Instance.of("Greeter", "tcp", "h:1")
            .withZone("\u202e")
            .withMetadata(Map.of("a\n", "\u001b[31m", "b", "x".repeat(16_000)));
    assertThat(hostile.toString())
        .contains("service=Greeter", "zone=\\u202e", "metadata={a\\n=\\u001b[31m, b=xxx")
        .doesNotContain("\n", "\u001b", "\u202e")
        .hasSizeLessThan(1_000);
  }

  @Test
  void invalidAttributesAreRefused() {
    assertThatThrownBy(() -> Instance.of("", "tcp", "h:1")).hasMessageContaining("service");
    assertThatThrownBy(() -> Instance.of("S", "T C P", "h:1")).hasMessageContaining("protocol");
    assertThatThrownBy(() -> Instance.of("S", "tcp", "")).hasMessageContaining("address");
    assertThatThrownBy(() -> ONE.withId("a\nb")).hasMessageContaining("control");
    assertThatThrownBy(() -> ONE.withWeight(-1)).hasMessageContaining("weight");
    assertThatThrownBy(() -> ONE.withSince(Instant.MAX)).hasMessageContaining("1970 to 9999");
    assertThatThrownBy(() -> ONE.withSince(Instant.MIN)).hasMessageContaining("1970 to 9999");
    assertThatThrownBy(() -> ONE.withMetadata(Map.of("k", "v".repeat(17_000))))
        .hasMessageContaining("16384");
  }
}
