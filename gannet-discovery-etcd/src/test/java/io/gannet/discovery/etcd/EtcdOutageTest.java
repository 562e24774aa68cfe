package io.gannet.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryStatus;
import io.gannet.discovery.testkit.EtcdCluster;
import io.gannet.discovery.testkit.Lists;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import io.gannet.testkit.ChildJvm;
import io.gannet.testkit.FaultProxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What happens while a real etcd of one member, or the way to it, is away. */
@Execution(ExecutionMode.CONCURRENT)
class EtcdOutageTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final RegistryOptions OPTIONS =
      RegistryOptions.defaults().withSessionTimeout(Duration.ofSeconds(3)).withStartTimeout(SOON);

  private final List<AutoCloseable> open = new ArrayList<>();
  private EtcdCluster etcd;

  @BeforeEach
  void start() {
    etcd = EtcdCluster.of(1);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
    etcd.close();
  }

  private <T extends AutoCloseable> T closing(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private Registry open() {
    return open(etcd.port(0), OPTIONS);
  }

  private Registry open(int port, RegistryOptions options) {
    return closing(Registry.open("etcd://127.0.0.1:" + port, options));
  }

  private FaultProxy proxy() {
    return closing(FaultProxy.to(etcd.port(0)));
  }

  private static Registration register(Registry registry, String id) throws InterruptedException {
    Registration registration =
        registry.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(id));
    registration.awaitRegistered(SOON);
    return registration;
  }

  private long created(String id) {
    return etcd.created("gannet", "Greeter", id);
  }

  private static void awaitState(Registry registry, RegistryStatus.State state) {
    await().atMost(SOON).until(() -> registry.status().state() == state);
  }

  private static void awaitState(Directory directory, DirectoryStatus.State state) {
    await().atMost(SOON).until(() -> directory.status().state() == state);
  }

  @Test
  void whatWasRegisteredReturnsAfterALostLease() throws Exception {
    Registry provider = open();
    Registration one = register(provider, "one");
    register(provider, "two");
    Lists lists = Lists.of(open().watch("Greeter"));
    lists.await(SOON, "one", "two");
    String lost = provider.status().session();
    etcd.revoke(lost);
    await().atMost(SOON).until(() -> provider.stats().sessions() == 2);
    lists.await(SOON, "one", "two");
    await().atMost(SOON).until(() -> one.state() == Registration.State.REGISTERED);
    assertThat(provider.status().session()).isNotEqualTo(lost);
    assertThat(provider.stats().restored()).isEqualTo(2);
  }

  @Test
  void whoOnlyWatchesHasNoLease() throws Exception {
    Registry consumer = open();
    Lists.of(consumer.watch("Greeter")).await(SOON);
    assertThat(consumer.status().session()).isEmpty();
    assertThat(consumer.stats().sessions()).isZero();
  }

  @Test
  void aFlapWithTheSameLeaseChangesNothing() throws Exception {
    FaultProxy proxy = proxy();
    Registry both = open(proxy.port(), OPTIONS);
    Registration one = register(both, "one");
    Directory directory = both.watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    long before = created("one");
    String lease = both.status().session();
    for (int flap = 1; flap <= 3; flap++) {
      long listings = both.stats().listings();
      proxy.reset();
      await().atMost(SOON).until(() -> both.stats().listings() > listings);
      assertThat(one.state()).isEqualTo(Registration.State.REGISTERED);
      awaitState(directory, DirectoryStatus.State.LIVE);
    }
    assertThat(both.status().session()).isEqualTo(lease);
    assertThat(created("one")).isEqualTo(before);
    assertThat(both.stats().puts()).isEqualTo(1);
    assertThat(lists.told()).hasSize(1);
  }

  @Test
  void whatHappensWhileTheWatchIsCutIsSeenAfterItDespiteCompaction() throws Exception {
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
    etcd.compact();
    proxy.refuse(false);
    lists.await(SOON, "two", "three", "four");
    assertThat(lists.told()).hasSize(2);
    assertThat(directory.snapshot().instances())
        .filteredOn(instance -> instance.id().equals("two"))
        .allMatch(instance -> instance.weight() == 7);
  }

  @Test
  void theLastListStaysWhileEtcdIsDown() throws Exception {
    Registry provider = open();
    register(provider, "one");
    Directory directory = open().watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    etcd.kill(0);
    awaitState(directory, DirectoryStatus.State.STALE);
    Registration two =
        provider.register(Instance.of("Greeter", "tcp", "10.0.0.5:7001").withId("two"));
    Instant late = directory.status().since().plus(OPTIONS.sessionTimeout()).plusSeconds(1);
    await().atMost(SOON).until(() -> Instant.now().isAfter(late));
    assertThat(Lists.ids(directory.snapshot())).containsExactly("one");
    assertThat(two.state()).isEqualTo(Registration.State.PENDING);
    etcd.start(0);
    lists.await(SOON, "one", "two");
    assertThat(directory.status().state()).isEqualTo(DirectoryStatus.State.LIVE);
    assertThat(lists.told()).allMatch(list -> Lists.ids(list).contains("one"));
  }

  @Test
  void anEtcdThatHasForgottenEverythingEmptiesNoList() throws Exception {
    Registry provider = open();
    register(provider, "one");
    register(provider, "two");
    Directory directory = open().watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one", "two");
    etcd.kill(0);
    etcd.wipe(0);
    etcd.start(0);
    etcd.awaitReady();
    await().atMost(SOON).until(() -> created("one") > 0 && created("two") > 0);
    awaitState(directory, DirectoryStatus.State.LIVE);
    await().atMost(SOON).until(() -> directory.status().missing().isEmpty());
    assertThat(lists.told()).hasSize(1);
    register(provider, "three");
    lists.await(SOON, "one", "two", "three");
  }

  @Test
  void anEmptyListThatOutlastsTheGraceIsBelieved() throws Exception {
    Registry provider = open();
    register(provider, "one");
    RegistryOptions options = OPTIONS.withOutageGrace(Duration.ofSeconds(2));
    Directory directory = open(etcd.port(0), options).watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    etcd.kill(0);
    awaitState(directory, DirectoryStatus.State.STALE);
    provider.close();
    etcd.wipe(0);
    etcd.start(0);
    await().atMost(SOON).until(() -> !directory.status().missing().isEmpty());
    assertThat(lists.told()).hasSize(1);
    lists.await(SOON);
  }

  @Test
  void anEtcdThatStoodStillUntilLeasesHaveExpiredEmptiesNoList() throws Exception {
    Registry provider = open();
    register(provider, "one");
    Directory directory = open().watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    etcd.freeze(0);
    try {
      awaitState(directory, DirectoryStatus.State.STALE);
      Instant late = directory.status().since().plus(OPTIONS.sessionTimeout());
      await().atMost(SOON).until(() -> Instant.now().isAfter(late));
    } finally {
      etcd.thaw(0);
    }
    await().atMost(SOON).until(() -> provider.stats().sessions() == 2);
    await().atMost(SOON).until(() -> created("one") > 0);
    awaitState(directory, DirectoryStatus.State.LIVE);
    register(provider, "two");
    lists.await(SOON, "one", "two");
    assertThat(lists.told()).allMatch(list -> Lists.ids(list).contains("one"));
  }

  @Test
  void aProviderThatWasFrozenUntilItsLeaseExpiredReturns() throws Exception {
    Lists lists = Lists.of(open().watch("Greeter"));
    register(open(), "other");
    try (ChildJvm frozen =
        ChildJvm.of(ProviderProcess.class)
            .arguments("etcd://127.0.0.1:" + etcd.port(0), "frozen", "3")
            .start()) {
      frozen.awaitLine("registered", Duration.ofSeconds(30));
      lists.await(SOON, "frozen", "other");
      frozen.freeze();
      lists.await(SOON, "other");
      frozen.thaw();
      lists.await(SOON, "frozen", "other");
      frozen.kill();
      long killed = System.nanoTime();
      lists.await(SOON, "other");
      assertThat(Duration.ofNanos(System.nanoTime() - killed)).isGreaterThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void openingFailsInTimeIfEtcdIsDown() {
    etcd.kill(0);
    RegistryOptions options = OPTIONS.withStartTimeout(Duration.ofMillis(700));
    assertThatThrownBy(() -> open(etcd.port(0), options))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("etcd://127.0.0.1:" + etcd.port(0))
        .hasMessageContaining("withStartTimeout");
  }

  @Test
  void withoutWaitingEverythingComesOnceEtcdIsUp() throws Exception {
    etcd.kill(0);
    Registry registry = open(etcd.port(0), OPTIONS.withoutWaitingAtStart());
    Registration one =
        registry.register(Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"));
    Directory directory = registry.watch("Greeter");
    Lists lists = Lists.of(directory);
    assertThat(directory.status().state()).isEqualTo(DirectoryStatus.State.WAITING);
    assertThatThrownBy(registry::services).isInstanceOf(RegistryException.class);
    etcd.start(0);
    one.awaitRegistered(SOON);
    lists.await(SOON, "one");
  }

  @Test
  void closingWhileEtcdIsDownDoesntHang() throws Exception {
    Registry registry = open();
    Registration one = register(registry, "one");
    etcd.kill(0);
    awaitState(registry, RegistryStatus.State.DISCONNECTED);
    long before = System.nanoTime();
    registry.close();
    assertThat(one.state()).isEqualTo(Registration.State.LEFT);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }
}
