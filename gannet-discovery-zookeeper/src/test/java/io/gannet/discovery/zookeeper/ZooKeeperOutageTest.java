package io.gannet.discovery.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.discovery.testkit.Lists;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import io.gannet.testkit.FaultProxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What happens while a real server of ZooKeeper, or the way to it, is away. */
@Execution(ExecutionMode.CONCURRENT)
class ZooKeeperOutageTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final RegistryOptions OPTIONS =
      RegistryOptions.defaults()
          .withSessionTimeout(Duration.ofSeconds(3))
          .withStartTimeout(SOON)
          .withConnectTimeout(Duration.ofSeconds(1));

  private final List<AutoCloseable> open = new ArrayList<>();
  private ZooKeeperNode node;

  @BeforeEach
  void start() throws Exception {
    node = new ZooKeeperNode();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
    node.close();
  }

  private <T extends AutoCloseable> T closing(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private Registry open() {
    return open(node.port(), OPTIONS);
  }

  private Registry open(int port, RegistryOptions options) {
    return closing(Registry.open("zookeeper://127.0.0.1:" + port, options));
  }

  private FaultProxy proxy() {
    return closing(FaultProxy.to(node.port()));
  }

  private static Registration register(Registry registry, String id) throws InterruptedException {
    Registration registration =
        registry.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(id));
    registration.awaitRegistered(SOON);
    return registration;
  }

  private Stat stat(String id) throws Exception {
    return node.stat("gannet", "Greeter", id);
  }

  private static void awaitState(Registry registry, RegistryStatus.State state) {
    await().atMost(SOON).until(() -> registry.status().state() == state);
  }

  private static void awaitState(Directory directory, DirectoryStatus.State state) {
    await().atMost(SOON).until(() -> directory.status().state() == state);
  }

  @Test
  void whatWasRegisteredReturnsAfterALostSession() throws Exception {
    Registry provider = open();
    Registration one = register(provider, "one");
    register(provider, "two");
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON, "one", "two");
    String lost = provider.status().session();
    node.expire(lost);
    await().atMost(SOON).until(() -> provider.stats().sessions() == 2);
    lists.await(SOON, "one", "two");
    await().atMost(SOON).until(() -> one.state() == Registration.State.REGISTERED);
    assertThat(provider.status().session()).isNotEqualTo(lost);
    assertThat(Long.toHexString(stat("one").getEphemeralOwner()))
        .isEqualTo(provider.status().session().substring(2));
    assertThat(provider.stats().restored()).isEqualTo(2);
  }

  @Test
  void whatIsWatchedIsWatchedAgainAfterALostSession() throws Exception {
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
    Registry both = open(proxy.port(), OPTIONS);
    Registration one = register(both, "one");
    Directory directory = both.watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    Stat before = stat("one");
    String session = both.status().session();
    for (int flap = 1; flap <= 3; flap++) {
      proxy.reset();
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
  void whatHappensWhileTheWatchIsCutIsSeenAfterIt() throws Exception {
    FaultProxy proxy = proxy();
    Registry provider = open();
    Registration one = register(provider, "one");
    Registration two = register(provider, "two");
    Registration three = register(provider, "three");
    Directory directory = open(proxy.port(), OPTIONS).watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one", "two", "three");
    proxy.refuse(true);
    proxy.reset();
    awaitState(directory, DirectoryStatus.State.STALE);
    one.close();
    two.update(two.instance().withWeight(7));
    three.close();
    register(provider, "three");
    register(provider, "four");
    proxy.refuse(false);
    lists.await(SOON, "two", "three", "four");
    assertThat(lists.told()).hasSize(2);
    assertThat(directory.snapshot().instances())
        .filteredOn(instance -> instance.id().equals("two"))
        .allMatch(instance -> instance.weight() == 7);
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
    // Beyond the session timeout: the clients have given their sessions up.
    Instant late = directory.status().since().plus(OPTIONS.sessionTimeout()).plusSeconds(1);
    await().atMost(SOON).until(() -> Instant.now().isAfter(late));
    assertThat(Lists.ids(directory.snapshot())).containsExactly("one");
    node.start();
    awaitState(directory, DirectoryStatus.State.LIVE);
    awaitState(provider, RegistryStatus.State.CONNECTED);
    register(provider, "two");
    lists.await(SOON, "one", "two");
    // The servers take the old session away by and by, and nothing goes with it.
    await().atMost(SOON).until(() -> provider.stats().sessions() >= 1 && stat("one") != null);
    assertThat(lists.told()).allMatch(list -> Lists.ids(list).contains("one"));
  }

  @Test
  void aServerThatHasForgottenEverythingEmptiesNoList() throws Exception {
    Registry provider = open();
    register(provider, "one");
    register(provider, "two");
    Directory directory = open().watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one", "two");
    node.stop();
    node.wipe();
    node.start();
    await().atMost(SOON).until(() -> stat("one") != null && stat("two") != null);
    awaitState(directory, DirectoryStatus.State.LIVE);
    await().atMost(SOON).until(() -> directory.status().missing().isEmpty());
    assertThat(lists.told()).hasSize(1);
  }

  @Test
  void anEmptyListThatOutlastsTheGraceIsBelieved() throws Exception {
    Registry provider = open();
    register(provider, "one");
    RegistryOptions options = OPTIONS.withOutageGrace(Duration.ofSeconds(2));
    Directory directory = open(node.port(), options).watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    node.stop();
    awaitState(directory, DirectoryStatus.State.STALE);
    provider.close();
    node.wipe();
    node.start();
    await().atMost(SOON).until(() -> !directory.status().missing().isEmpty());
    assertThat(lists.told()).hasSize(1);
    lists.await(SOON);
  }

  @Test
  void aKilledProviderIsGoneAfterTheSessionTimeout() throws Exception {
    FaultProxy proxy = proxy();
    register(open(proxy.port(), OPTIONS), "killed");
    register(open(), "other");
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON, "killed", "other");
    proxy.refuse(true);
    proxy.reset();
    long killed = System.nanoTime();
    lists.await(SOON, "other");
    assertThat(Duration.ofNanos(System.nanoTime() - killed)).isGreaterThan(Duration.ofSeconds(1));
    proxy.refuse(false);
    lists.await(SOON, "killed", "other");
  }

  @Test
  void aServerThatDoesntAnswerIsLeftForAnother() throws Exception {
    FaultProxy hung = proxy();
    FaultProxy fine = proxy();
    Registry registry =
        closing(
            Registry.open(
                "zookeeper://127.0.0.1:%d,127.0.0.1:%d".formatted(hung.port(), fine.port()),
                OPTIONS));
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
  void aServerThatAcceptsAndSaysNothingIsLeftAfterTheConnectTimeout() throws Exception {
    node.stop();
    RegistryOptions options =
        OPTIONS
            .withSessionTimeout(Duration.ofSeconds(40))
            .withConnectTimeout(Duration.ofSeconds(2))
            .withoutWaitingAtStart();
    Registry registry;
    try (ServerSocket silent = new ServerSocket(node.port(), 1, InetAddress.getLoopbackAddress())) {
      registry = open(node.port(), options);
      closing(silent.accept());
    }
    node.start();
    awaitState(registry, RegistryStatus.State.CONNECTED);
  }

  @Test
  void openingFailsInTimeIfTheServerIsDown() {
    node.stop();
    RegistryOptions options = OPTIONS.withStartTimeout(Duration.ofMillis(700));
    assertThatThrownBy(() -> open(node.port(), options))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("zookeeper://127.0.0.1:" + node.port())
        .hasMessageContaining("withStartTimeout");
  }

  @Test
  void withoutWaitingEverythingComesOnceTheServerIsUp() throws Exception {
    node.stop();
    Registry registry = open(node.port(), OPTIONS.withoutWaitingAtStart());
    Registration one =
        registry.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"));
    Directory directory = registry.watch("Greeter");
    Lists lists = Lists.of(directory);
    assertThat(registry.status().state()).isEqualTo(RegistryStatus.State.CONNECTING);
    assertThat(directory.status().state()).isEqualTo(DirectoryStatus.State.WAITING);
    assertThatThrownBy(registry::services).isInstanceOf(RegistryException.class);
    node.start();
    one.awaitRegistered(SOON);
    lists.await(SOON, "one");
  }

  @Test
  void closingWhileTheServerIsDownDoesntHang() throws Exception {
    Registry registry = open();
    Registration one = register(registry, "one");
    node.stop();
    awaitState(registry, RegistryStatus.State.DISCONNECTED);
    long before = System.nanoTime();
    registry.close();
    assertThat(one.state()).isEqualTo(Registration.State.LEFT);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }
}
