package io.gannet.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.discovery.testkit.EtcdCluster;
import io.gannet.discovery.testkit.Lists;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Members of a real etcd cluster of three fail and return. */
@Execution(ExecutionMode.CONCURRENT)
class EtcdClusterTest {

  private static final Duration SOON = Duration.ofSeconds(25);
  private static final RegistryOptions OPTIONS =
      RegistryOptions.defaults().withSessionTimeout(Duration.ofSeconds(5)).withStartTimeout(SOON);

  private EtcdCluster etcd;
  private Registry provider;
  private Registry consumer;
  private Directory directory;
  private Lists lists;

  @BeforeEach
  void start() throws Exception {
    etcd = EtcdCluster.of(3);
    provider = Registry.open(etcd.uri("gannet"), OPTIONS);
    consumer = Registry.open(etcd.uri("gannet"), OPTIONS);
    directory = consumer.watch("Greeter");
    lists = Lists.of(directory);
    register("one");
    lists.await(SOON, "one");
  }

  @AfterEach
  void stop() {
    provider.close();
    consumer.close();
    etcd.close();
  }

  private Registration register(String id) throws InterruptedException {
    Registration registration =
        provider.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(id));
    registration.awaitRegistered(SOON);
    return registration;
  }

  private void assertThatOneWasAlwaysThere() {
    assertThat(lists.told())
        .filteredOn(list -> list.version() > 1 || !list.instances().isEmpty())
        .allMatch(list -> Lists.ids(list).contains("one"));
  }

  @Test
  void nothingIsLostWhenMembersAreKilledOneAfterTheOther() throws Exception {
    for (int i = 0; i < 3; i++) {
      etcd.kill(i);
      register("during" + i);
      int count = i + 2;
      lists.awaitList(SOON, list -> list.instances().size() == count);
      etcd.start(i);
      etcd.awaitReady();
    }
    assertThatOneWasAlwaysThere();
    assertThat(provider.stats().sessions()).isEqualTo(1);
  }

  @Test
  void nothingIsLostWhenAMemberIsSuspended() throws Exception {
    for (int i = 0; i < 3; i++) {
      etcd.freeze(i);
      try {
        register("during" + i);
        int count = i + 2;
        lists.awaitList(SOON, list -> list.instances().size() == count);
      } finally {
        etcd.thaw(i);
      }
    }
    assertThatOneWasAlwaysThere();
  }

  @Test
  void nothingIsLostWhenTheQuorumIsLostAndComesBack() throws Exception {
    etcd.kill(0);
    etcd.kill(1);
    await()
        .atMost(SOON)
        .until(() -> provider.status().state() == RegistryStatus.State.DISCONNECTED);
    await().atMost(SOON).until(() -> directory.status().state() == DirectoryStatus.State.STALE);
    Registration two =
        provider.register(Instance.of("Greeter", "tcp", "10.0.0.5:7001").withId("two"));
    assertThat(two.state()).isEqualTo(Registration.State.PENDING);
    assertThat(Lists.ids(directory.snapshot())).containsExactly("one");
    etcd.start(0);
    etcd.start(1);
    lists.await(SOON, "one", "two");
    assertThat(lists.told())
        .filteredOn(list -> list.version() > 2)
        .allMatch(list -> Lists.ids(list).containsAll(List.of("one")));
    assertThatOneWasAlwaysThere();
  }
}
