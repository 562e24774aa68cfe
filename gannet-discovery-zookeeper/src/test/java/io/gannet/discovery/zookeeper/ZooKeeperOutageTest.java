package io.gannet.discovery.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.discovery.testkit.Lists;
import io.gannet.discovery.testkit.OutageContract;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.test.FaultProxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/** A real ZooKeeper server, or the connection to it, fails. */
class ZooKeeperOutageTest extends OutageContract {

  private ZooKeeperNode node;

  ZooKeeperOutageTest() {
    super(RegistryOptions.defaults().withConnectTimeout(Duration.ofSeconds(1)));
  }

  @Override
  protected Server startServer() throws Exception {
    node = new ZooKeeperNode();
    return node;
  }

  private Stat stat(String id) throws Exception {
    return node.stat("gannet", "Greeter", id);
  }

  @Test
  void restoredEntriesBelongToTheNewSession() throws Exception {
    Registry provider = open();
    register(provider, "one");
    node.expire(provider.status().session());
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          assertThat(provider.stats().sessions()).isEqualTo(2);
          assertThat(stat("one")).isNotNull();
          assertThat("0x" + Long.toHexString(stat("one").getEphemeralOwner()))
              .isEqualTo(provider.status().session());
        });
  }

  @Test
  void watchesAreRestoredAfterALostSession() throws Exception {
    Registry provider = open();
    register(provider, "one");
    Registry consumer = open();
    Lists lists = Lists.of(consumer.watch("Greeter"));
    lists.await(SOON, "one");
    node.expire(consumer.status().session());
    await().atMost(SOON).until(() -> consumer.stats().sessions() == 2);
    register(provider, "two");
    lists.await(SOON, "one", "two");
    assertThat(lists.told()).hasSize(2);
  }

  @Test
  void aFlapInTheSameSessionChangesNothing() throws Exception {
    FaultProxy proxy = proxy();
    Registry both = open(proxy.port(), options());
    Registration one = register(both, "one");
    Directory directory = both.watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    Stat before = stat("one");
    String session = both.status().session();
    for (int flap = 1; flap <= 3; flap++) {
      proxy.resetConnections();
      int expected = flap;
      await().atMost(SOON).until(() -> both.stats().disconnects() == expected);
      assertThat(one.state()).isEqualTo(Registration.State.REGISTERED);
      awaitState(both, RegistryStatus.State.CONNECTED);
      awaitState(directory, DirectoryStatus.State.LIVE);
    }
    assertThat(both.status().session()).isEqualTo(session);
    assertThat(stat("one")).isEqualTo(before);
    assertThat(both.stats().puts()).isEqualTo(1);
    assertThat(lists.told()).hasSize(1);
  }

  @Test
  void theLastListStaysWhileTheServerIsDown() throws Exception {
    Registry provider = open();
    register(provider, "one");
    Directory directory = open().watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    node.stop();
    awaitState(directory, DirectoryStatus.State.STALE);
    // Longer than the session timeout, so that the clients have given up their sessions.
    Instant late = directory.status().since().plus(options().sessionTimeout()).plusSeconds(1);
    await().atMost(SOON).until(() -> Instant.now().isAfter(late));
    assertThat(Lists.ids(directory.snapshot())).containsExactly("one");
    node.start();
    awaitState(directory, DirectoryStatus.State.LIVE);
    awaitState(provider, RegistryStatus.State.CONNECTED);
    register(provider, "two");
    lists.await(SOON, "one", "two");
    // The servers remove the old session later, and no entry is removed with it.
    await().atMost(SOON).until(() -> provider.stats().sessions() >= 1 && stat("one") != null);
    assertThat(lists.told()).allMatch(list -> Lists.ids(list).contains("one"));
  }

  @Test
  void aKilledProviderIsGoneAfterTheSessionTimeout() throws Exception {
    FaultProxy proxy = proxy();
    register(open(proxy.port(), options()), "killed");
    register(open(), "other");
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON, "killed", "other");
    proxy.refuse(true);
    proxy.resetConnections();
    long killed = System.nanoTime();
    lists.await(SOON, "other");
    assertThat(Duration.ofNanos(System.nanoTime() - killed)).isGreaterThan(Duration.ofSeconds(1));
    proxy.refuse(false);
    lists.await(SOON, "killed", "other");
  }

  @Test
  void theClientLeavesAServerThatDoesNotAnswer() throws Exception {
    FaultProxy hung = proxy();
    FaultProxy fine = proxy();
    Registry registry =
        closing(
            Registry.open(
                "zookeeper://127.0.0.1:%d,127.0.0.1:%d".formatted(hung.port(), fine.port()),
                options()));
    register(registry, "one");
    Lists lists = Lists.of(registry.watch("Greeter"));
    lists.await(SOON, "one");
    FaultProxy used = hung.connections().isEmpty() ? fine : hung;
    used.toClient().stall(true);
    await().atMost(SOON).until(() -> registry.stats().disconnects() > 0);
    awaitState(registry, RegistryStatus.State.CONNECTED);
    register(registry, "two");
    lists.await(SOON, "one", "two");
    assertThat(lists.told()).allMatch(list -> Lists.ids(list).contains("one"));
  }

  @Test
  void anEntryOfAnOlderSessionIsTakenOver() throws Exception {
    Directory directory = open().watch("Greeter");
    Lists lists = Lists.of(directory);
    Registration first = register(open(), "first");
    lists.await(SOON, "first");
    String path = "/gannet/services/Greeter/one";
    ZooKeeper older = new ZooKeeper("127.0.0.1:" + node.port(), 10_000, event -> {});
    older.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    Registration one = register(open(), "one");
    lists.await(SOON, "first", "one");
    one.update(one.instance().withWeight(5));
    older.close();
    lists.awaitList(SOON, list -> list.instances().getLast().weight() == 5);
    first.close();
    lists.await(SOON, "one");
  }

  @Test
  void theClientLeavesASilentServerAfterTheConnectTimeout() throws Exception {
    node.stop();
    RegistryOptions options =
        options()
            .withSessionTimeout(Duration.ofSeconds(40))
            .withConnectTimeout(Duration.ofSeconds(2))
            .withStartTimeout(Duration.ZERO);
    Registry registry;
    try (ServerSocket silent = new ServerSocket(node.port(), 1, InetAddress.getLoopbackAddress())) {
      registry = open(node.port(), options);
      closing(silent.accept());
    }
    node.start();
    awaitState(registry, RegistryStatus.State.CONNECTED);
  }
}
