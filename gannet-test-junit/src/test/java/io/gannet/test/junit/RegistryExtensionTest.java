package io.gannet.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Advertising;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcServer;
import io.gannet.transport.Server;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistryExtensionTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** A service. */
  interface Greeter {
    String hello();
  }

  private static RpcServerExtension greeter(String name) {
    return RpcServerExtension.of(
        () -> RpcServer.over(Server.tcp("127.0.0.1", 0)).service(Greeter.class, () -> name));
  }

  @RegisterExtension static final RpcServerExtension ONE = greeter("one");
  @RegisterExtension static final RpcServerExtension TWO = greeter("two");

  @RegisterExtension final RegistryExtension registry = RegistryExtension.create();

  private RpcCluster cluster() {
    return RpcClient.over(registry.registry().watch("Greeter")).start();
  }

  private static Set<String> answers(RpcCluster cluster) {
    Set<String> answers = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 20; i++) {
      answers.add(cluster.proxy(Greeter.class).hello());
    }
    return answers;
  }

  @Test
  void callsGoToTheInstancesThatAreThere() throws Exception {
    registry.add("Greeter", ONE.port());
    try (RpcCluster cluster = cluster()) {
      assertThat(cluster.awaitReady(1, SOON)).isTrue();
      assertThat(answers(cluster)).containsExactly("one");
      Registration two = registry.add("Greeter", TWO.port());
      await().until(() -> answers(cluster).contains("two"));
      two.close();
      await().until(() -> answers(cluster).equals(Set.of("one")));
    }
  }

  @Test
  void aProviderVanishesWithItsSession() throws Exception {
    Registry provider = registry.open();
    provider.advertise(ONE.server(), Advertising.of("Greeter")).awaitRegistered(SOON);
    Directory directory = registry.registry().watch("Greeter");
    await().until(() -> directory.snapshot().instances().size() == 1);
    provider.close();
    await().until(() -> directory.snapshot().instances().isEmpty());
  }

  @Test
  void callsGoOnInAnOutage() throws Exception {
    registry.add("Greeter", ONE.port());
    try (RpcCluster cluster = cluster()) {
      assertThat(cluster.awaitReady(1, SOON)).isTrue();
      registry.outage(true);
      await().until(() -> cluster.directory().status().state() == DirectoryStatus.State.STALE);
      assertThat(registry.registry().status().state()).isEqualTo(RegistryStatus.State.DISCONNECTED);
      assertThat(registry.registry().status().cause())
          .hasMessageContaining("has made the registry");
      assertThat(answers(cluster)).containsExactly("one");

      Registration two =
          registry.registry().register(Instance.of("Greeter", "tcp", "127.0.0.1:" + TWO.port()));
      assertThat(two.state()).isEqualTo(Registration.State.PENDING);
      registry.outage(false);
      two.awaitRegistered(SOON);
      await().until(() -> answers(cluster).equals(Set.of("one", "two")));
    }
  }

  @Test
  void aRegistryCannotBeOpenedInAnOutage() {
    registry.outage(true);
    RegistryOptions shortly = RegistryOptions.defaults().withStartTimeout(Duration.ofMillis(100));
    assertThatThrownBy(() -> Registry.open(registry.uri(), shortly))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(registry.uri());
    try (Registry later = Registry.open(registry.uri(), shortly.withStartTimeout(Duration.ZERO))) {
      assertThat(later.status().state()).isEqualTo(RegistryStatus.State.CONNECTING);
      registry.outage(false);
      await().until(() -> later.status().state() == RegistryStatus.State.CONNECTED);
    }
  }

  @RepeatedTest(2)
  void eachTestBeginsWithAnEmptyRegistry() throws Exception {
    assertThat(registry.registry().services()).isEmpty();
    registry.add("Greeter", ONE.port());
    assertThat(registry.registry().services()).containsExactly("Greeter");
  }

  @Test
  void anExtensionThatIsNotRegisteredSaysSo() {
    assertThatThrownBy(RegistryExtension.create()::uri)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@RegisterExtension");
  }
}
