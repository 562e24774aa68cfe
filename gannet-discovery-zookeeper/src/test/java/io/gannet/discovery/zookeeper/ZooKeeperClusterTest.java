package io.gannet.discovery.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.discovery.testkit.Lists;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.junit.jupiter.api.Test;

/** Servers of a real ZooKeeper cluster of three fail and return. */
class ZooKeeperClusterTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void nothingIsLostWhenServersAndTheirQuorumGoAndComeBack() throws Exception {
    try (TestingCluster cluster = new TestingCluster(3)) {
      cluster.start();
      String uri = "zookeeper://" + cluster.getConnectString();
      RegistryOptions options =
          RegistryOptions.defaults()
              .withSessionTimeout(Duration.ofSeconds(6))
              .withStartTimeout(SOON);
      try (Registry provider = Registry.open(uri, options);
          Registry consumer = Registry.open(uri, options)) {
        Registration one =
            provider.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"));
        one.awaitRegistered(SOON);
        Directory directory = consumer.watch("Greeter");
        Lists lists = Lists.of(directory);
        lists.await(SOON, "one");

        List<InstanceSpec> servers = new ArrayList<>(cluster.getInstances());
        cluster.killServer(servers.get(0));
        provider
            .register(Instance.of("Greeter", "tcp", "10.0.0.5:7001").withId("two"))
            .awaitRegistered(SOON);
        lists.await(SOON, "one", "two");

        cluster.killServer(servers.get(1));
        await()
            .atMost(SOON)
            .until(() -> provider.status().state() == RegistryStatus.State.DISCONNECTED);
        await().atMost(SOON).until(() -> directory.status().state() == DirectoryStatus.State.STALE);
        Registration three =
            provider.register(Instance.of("Greeter", "tcp", "10.0.0.5:7002").withId("three"));
        assertThat(three.state()).isEqualTo(Registration.State.PENDING);
        assertThat(Lists.ids(directory.snapshot())).containsExactlyInAnyOrder("one", "two");

        cluster.restartServer(servers.get(0));
        cluster.restartServer(servers.get(1));
        lists.await(SOON, "one", "two", "three");
        assertThat(lists.told())
            .filteredOn(list -> list.version() > 1)
            .allMatch(list -> Lists.ids(list).containsAll(List.of("one", "two")));
      }
    }
  }
}
