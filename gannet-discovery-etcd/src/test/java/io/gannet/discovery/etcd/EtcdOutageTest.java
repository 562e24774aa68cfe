package io.gannet.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.testkit.EtcdCluster;
import io.gannet.discovery.testkit.Lists;
import io.gannet.discovery.testkit.OutageContract;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import io.gannet.test.FaultProxy;
import io.gannet.testkit.ChildJvm;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A real etcd of one member, or the connection to it, fails. */
class EtcdOutageTest extends OutageContract {

  private EtcdCluster etcd;

  EtcdOutageTest() {
    super(RegistryOptions.defaults());
  }

  @Override
  protected Server startServer() {
    etcd = EtcdCluster.of(1);
    return new OneMember(etcd);
  }

  private record OneMember(EtcdCluster etcd) implements Server {

    @Override
    public String uriOf(int port) {
      return "etcd://127.0.0.1:" + port;
    }

    @Override
    public int port() {
      return etcd.port(0);
    }

    @Override
    public void stop() {
      etcd.kill(0);
    }

    @Override
    public void start() {
      etcd.start(0);
      etcd.awaitReady();
    }

    @Override
    public void wipe() {
      etcd.wipe(0);
    }

    @Override
    public void expire(String session) {
      etcd.revoke(session);
    }

    @Override
    public void forgetHistory() {
      etcd.compact();
    }

    @Override
    public boolean has(String id) {
      return etcd.created("gannet", "Greeter", id) > 0;
    }

    @Override
    public void close() {
      etcd.close();
    }
  }

  private long created(String id) {
    return etcd.created("gannet", "Greeter", id);
  }

  @Test
  void aRegistryThatOnlyWatchesHasNoLease() throws Exception {
    Registry consumer = open();
    Lists.of(consumer.watch("Greeter")).await(SOON);
    assertThat(consumer.status().session()).isEmpty();
    assertThat(consumer.stats().sessions()).isZero();
  }

  @Test
  void probesOfEtcdAreMeteredAsRequestsEvenDuringAnOutage() throws Exception {
    Registry registry = open();
    Lists.of(registry.watch("Greeter")).await(SOON);
    etcd.kill(0);
    await().atMost(SOON).until(() -> registry.stats().disconnects() == 1);
    long before = registry.stats().requests();
    await().atMost(SOON).until(() -> registry.stats().requests() > before);
    assertThat(registry.stats().failures()).isZero();
  }

  @Test
  void aFlapWithTheSameLeaseChangesNothing() throws Exception {
    FaultProxy proxy = proxy();
    Registry both = open(proxy.port(), options());
    Registration one = register(both, "one");
    Directory directory = both.watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    long before = created("one");
    String lease = both.status().session();
    for (int flap = 1; flap <= 3; flap++) {
      long listings = both.stats().listings();
      proxy.resetConnections();
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
    Instant late = directory.status().since().plus(options().sessionTimeout()).plusSeconds(1);
    await().atMost(SOON).until(() -> Instant.now().isAfter(late));
    assertThat(Lists.ids(directory.snapshot())).containsExactly("one");
    assertThat(two.state()).isEqualTo(Registration.State.PENDING);
    etcd.start(0);
    lists.await(SOON, "one", "two");
    assertThat(directory.status().state()).isEqualTo(DirectoryStatus.State.LIVE);
    assertThat(lists.told()).allMatch(list -> Lists.ids(list).contains("one"));
  }

  @Test
  void anEtcdSuspendedUntilLeasesExpireEmptiesNoList() throws Exception {
    Registry provider = open();
    register(provider, "one");
    Directory directory = open().watch("Greeter");
    Lists lists = Lists.of(directory);
    lists.await(SOON, "one");
    etcd.freeze(0);
    try {
      awaitState(directory, DirectoryStatus.State.STALE);
      Instant late = directory.status().since().plus(options().sessionTimeout());
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
}
