package io.gannet.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.discovery.RegistryUri.Host;
import io.gannet.transport.TlsTrust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryUriTest {

  @TempDir private Path files;

  @Test
  void hostsAndRootAreRead() {
    RegistryUri uri = RegistryUri.parse("zookeeper://a:2181,b.example:2182,[::1]:2183,c/my/root/");
    assertThat(uri.scheme()).isEqualTo("zookeeper");
    assertThat(uri.hosts())
        .containsExactly(
            new Host("a", 2181),
            new Host("b.example", 2182),
            new Host("[::1]", 2183),
            new Host("c", 0));
    assertThat(uri.root()).isEqualTo("/my/root");
    assertThat(uri.hosts().getLast().withPort(2181)).isEqualTo("c:2181");
    assertThat(uri).hasToString("zookeeper://a:2181,b.example:2182,[::1]:2183,c/my/root");
  }

  @Test
  void theDefaultRootIsGannet() {
    assertThat(RegistryUri.parse("etcd://h").root()).isEqualTo("/gannet");
    assertThat(RegistryUri.parse("etcd://h/").root()).isEqualTo("/gannet");
    assertThat(RegistryUri.parse("etcd://h?spread=1s").root()).isEqualTo("/gannet");
  }

  @Test
  void aMemoryUriHasOnlyAName() {
    assertThat(RegistryUri.parse("memory:").hosts()).isEqualTo(List.of());
    assertThat(RegistryUri.parse("memory:some-name").root()).isEqualTo("some-name");
    assertThat(RegistryUri.parse("memory:some-name")).hasToString("memory:some-name");
  }

  @Test
  void aPasswordIsNeverShown() {
    RegistryUri uri = RegistryUri.parse("etcd://root:se%3Acret@h:2379");
    assertThat(uri.password()).isEqualTo("se:cret");
    assertThat(uri.toString()).isEqualTo("etcd://root@h:2379/gannet");
    assertThat(RegistryOptions.defaults().with(uri).toString()).doesNotContain("cret");
    assertThatThrownBy(() -> RegistryUri.parse("etcd://root:secret@h:99999"))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("secret");
  }

  @Test
  void parametersChangeOptions() throws Exception {
    Path password = Files.writeString(files.resolve("password"), "secret\n");
    RegistryOptions options =
        RegistryOptions.defaults()
            .with(
                RegistryUri.parse(
                    "etcds://root@h?password-file=%s&session-timeout=2m&start-timeout=500ms&ca=ca.pem"
                        .formatted(password)));
    assertThat(options.credentials())
        .isEqualTo(new RegistryOptions.Credentials("root", null, password));
    assertThat(Objects.requireNonNull(options.credentials()).password()).isEqualTo("secret");
    Files.writeString(password, "rotated\n");
    assertThat(options.credentials().password()).isEqualTo("rotated");
    assertThat(options.sessionTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(options.startTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(options.tls().trust()).isEqualTo(TlsTrust.pem(Path.of("ca.pem")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zookeeper",
        "zookeeper://",
        "zookeeper://:2181",
        "zookeeper://h:0",
        "zookeeper://h:99999",
        "zookeeper://h,,i",
        "zookeeper://h//",
        "zookeeper://h//x",
        "zookeeper://h/..",
        "zookeeper://h/./",
        "zookeeper://h/a/../b",
        "etcd://h?x",
        "etcd://h?=x",
        "etcd://h?nothing=5",
        "etcd://h?spread=5",
        "etcd://h?spread=-5s",
        "etcd://h?session-timeout=10ms",
        "etcd://h?max-instances=many",
        "etcd://h?cert=c.pem",
        "etcd://user@h",
        "etcd://user@h?password-file=/nowhere/at/all",
      })
  void whatIsWrongIsRefused(String uri) {
    assertThatThrownBy(() -> RegistryOptions.defaults().with(RegistryUri.parse(uri)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "etcd://me:s3cr3t@h:99999",
        "etcd://me:s3cr3t@h?nothing",
        "etcd//me:s3cr3t@h",
        "Etcd://me:s3cr3t@h",
        "etcd://me:s3/cr3t@h",
        "etcd://me:s3?cr3t@h",
        "etcd://me:12?s3cr3t=x@h",
        "etcd://me:s3cr3t@x@h",
      })
  void noErrorShowsAPassword(String uri) {
    assertThatThrownBy(() -> RegistryOptions.defaults().with(RegistryUri.parse(uri)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContainingAny("s3", "cr3t");
  }

  @Test
  void anUnknownSchemeIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Registry.open("consul://h"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("consul")
        .hasMessageContaining("memory")
        .hasMessageContaining("gannet-discovery-etcd");
  }
}
