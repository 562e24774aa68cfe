package io.gannet.discovery.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.testkit.Lists;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Lists that are too large for ZooKeeper's client by default, and servers that are unreachable. */
@Execution(ExecutionMode.CONCURRENT)
class ZooKeeperLimitsTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static Instance instance(String service, String id) {
    return Instance.of(service, "tcp", "10.0.0.5:7000").withId(id);
  }

  @Test
  void aListOfMoreThanAMegabyteIsReadAndAudited() throws Exception {
    int count = 1_000; // of 1.1 KB each in a list
    RegistryOptions options =
        RegistryOptions.defaults()
            .withStartTimeout(SOON)
            .withAuditPeriod(Duration.ofSeconds(1))
            .withRequestTimeout(SOON);
    try (ZooKeeperNode node = new ZooKeeperNode();
        Registry provider = Registry.open(node.uri("gannet"), options);
        Registry consumer = Registry.open(node.uri("gannet"), options)) {
      for (int i = 0; i < count; i++) {
        provider.register(instance("Greeter", "ü".repeat(190) + i));
      }
      provider.register(instance("Other", "one")).awaitRegistered(SOON);
      await().atMost(SOON).until(() -> provider.stats().puts() == count + 1);
      Lists.of(consumer.watch("Greeter")).awaitList(SOON, list -> list.instances().size() == count);
      Lists.of(consumer.watch("Other")).await(SOON, "one");
      // Each entry takes at least one request, at first and again in the audit.
      await().atMost(SOON).until(() -> provider.stats().requests() > 2 * count + 10);
      assertThat(provider.stats().disconnects()).isZero();
      assertThat(consumer.stats().disconnects()).isZero();
    }
  }

  @Test
  void aServiceWithTooManyNodesIsRefusedAndHarmsNoOther() throws Exception {
    try (ZooKeeperNode node = new ZooKeeperNode();
        Registry registry =
            Registry.open(node.uri("gannet"), RegistryOptions.defaults().withStartTimeout(SOON))) {
      node.fill("gannet", "Greeter", 20_001, "");
      registry.register(instance("Other", "one")).awaitRegistered(SOON);
      Directory tooMany = registry.watch("Greeter");
      Lists.of(registry.watch("Other")).await(SOON, "one");
      await().atMost(SOON).until(() -> tooMany.status().cause() != null);
      assertThat(tooMany.status().cause())
          .hasMessageContaining("20,001 nodes")
          .hasMessageContaining("withMaxInstances");
      assertThat(registry.stats().disconnects()).isZero();
    }
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aServiceWhoseNamesAreTooLongForTheClientHarmsNoOtherForLong() throws Exception {
    try (ZooKeeperNode node = new ZooKeeperNode();
        Registry registry =
            Registry.open(node.uri("gannet"), RegistryOptions.defaults().withStartTimeout(SOON))) {
      node.fill("gannet", "Greeter", 380, "x".repeat(100_000)); // 38 MB together
      Lists other = Lists.of(registry.watch("Other"));
      Directory tooLong = registry.watch("Greeter");
      await()
          .atMost(SOON)
          .until(() ->
              tooLong.status().cause() != null
                  && String.valueOf(tooLong.status().cause().getMessage())
                      .contains("while Greeter was listed"));
      registry.register(instance("Other", "one")).awaitRegistered(SOON);
      other.await(SOON, "one");
      assertThat(registry.stats().disconnects()).isLessThan(10);
    }
  }

  interface Greeter {
    String hello(String name);
  }

  @Test
  void theReasonForNoServerIsInEveryStatusAndCallFailure() {
    try (Registry registry =
            Registry.open(
                "zookeeper://127.0.0.1:1?connect-timeout=200ms",
                RegistryOptions.defaults().withStartTimeout(Duration.ZERO));
        Directory directory = registry.watch("Greeter");
        RpcCluster cluster =
            RpcClient.over(directory).connectionWait(Duration.ofMillis(10)).start()) {
      await().atMost(SOON).until(() -> directory.status().cause() != null);
      assertThat(registry.status().cause()).hasMessageContaining("Connection refused");
      assertThat(directory.status().cause()).hasMessageContaining("Connection refused");
      assertThatThrownBy(() -> cluster.proxy(Greeter.class).hello("world"))
          .isInstanceOf(RpcException.class)
          .hasMessageContaining("Connection refused");
    }
  }
}
