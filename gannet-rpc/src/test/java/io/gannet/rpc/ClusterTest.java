package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.InstanceStatus.State;
import io.gannet.rpc.balancer.Balancers;
import io.gannet.rpc.micrometer.RpcMetrics;
import io.gannet.test.FakeTime;
import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.StopMode;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.WebSocketOptions;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls over many instances: which instances are connected, which get calls, and what happens when
 * they leave.
 */
class ClusterTest {

  /** The names of instances that have received a call. */
  private static final List<String> TOLD = new CopyOnWriteArrayList<>();

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Who {
    String who(String text);

    CompletionStage<String> whoAsync(String text);

    @OneWay
    void tell(String text);
  }

  interface Held {
    String hold(String text) throws InterruptedException;
  }

  /** Returns its own name. */
  private record Named(String name) implements Who {
    @Override
    public String who(String text) {
      return name;
    }

    @Override
    public CompletionStage<String> whoAsync(String text) {
      return CompletableFuture.completedStage(name);
    }

    @Override
    public void tell(String text) {
      TOLD.add(name);
    }
  }

  private RpcServer named(String name) {
    return fixture.start(fixture.server().service(Who.class, new Named(name)));
  }

  private static Map<String, Integer> count(Who who, int calls) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < calls; i++) {
      counts.merge(who.who("x"), 1, Integer::sum);
    }
    return counts;
  }

  private static InstanceStatus status(RpcCluster cluster, String id) {
    return cluster.instances().stream()
        .filter(status -> status.instance().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitState(RpcCluster cluster, String id, State state) {
    await()
        .until(() ->
            cluster.instances().stream()
                .anyMatch(status -> status.instance().id().equals(id) && status.state() == state));
  }

  @Test
  void callsOfAllKindsGoToAllInstances() throws Exception {
    Directory directory =
        Directory.of(
            "Who",
            List.of(
                Fixture.instance("Who", "a", named("a")),
                Fixture.instance("Who", "b", named("b")),
                Fixture.instance("Who", "c", named("c"))));
    RpcCluster cluster = fixture.start(RpcClient.over(directory).balancer(Balancers.roundRobin()));
    assertThat(cluster.awaitReady(3, Duration.ofSeconds(10))).isTrue();
    Who who = cluster.proxy(Who.class);
    assertThat(count(who, 30))
        .containsExactly(Map.entry("a", 10), Map.entry("b", 10), Map.entry("c", 10));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      names.add(who.whoAsync("x").toCompletableFuture().get(10, TimeUnit.SECONDS));
    }
    for (int i = 0; i < 3; i++) {
      names.add(cluster.call("Who/who", String.class, "x"));
      who.tell("x");
    }
    assertThat(names.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(names.subList(3, 6)).containsExactlyInAnyOrder("a", "b", "c");
    await().until(() -> TOLD.size() == 3);
    assertThat(cluster.connections()).hasSize(3);
    assertThat(cluster.instances())
        .allSatisfy(status -> {
          assertThat(status.state()).isEqualTo(State.READY);
          assertThat(status.reason()).isNull();
          assertThat(status.connections()).isEqualTo(1);
          assertThat(status.share()).isEqualTo(1);
        });
    assertThat(cluster.stats().calls()).isEqualTo(39);
    assertThat(cluster.stats().ready()).isEqualTo(3);
    assertThat(cluster.stats().retries()).isZero();
  }

  @Test
  void callsGoToInstancesThatJoinAndNotToThoseThatLeave() throws Exception {
    PublishedDirectory directory = Directory.published("Who");
    Instance a = Fixture.instance("Who", "a", named("a"));
    Instance b = Fixture.instance("Who", "b", named("b"));
    directory.publish(List.of(a));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory).warmUp(Duration.ZERO).balancer(Balancers.roundRobin()));
    Who who = cluster.proxy(Who.class);
    assertThat(count(who, 4)).containsOnlyKeys("a");
    directory.publish(List.of(a, b));
    assertThat(cluster.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    assertThat(count(who, 4)).containsOnlyKeys("a", "b");
    directory.publish(List.of(b));
    await().until(() -> cluster.instances().size() == 1);
    assertThat(count(who, 4)).containsOnlyKeys("b");
    assertThat(cluster.stats().joined()).isEqualTo(2);
    assertThat(cluster.stats().left()).isEqualTo(1);
  }

  @Test
  void runningCallsOfARemovedInstanceComplete() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Held.class,
                    text -> {
                      begun.countDown();
                      Fixture.await(gate);
                      return text;
                    }));
    PublishedDirectory directory = Directory.published("Held");
    directory.publish(List.of(Fixture.instance("Held", "a", server)));
    RpcCluster cluster =
        fixture.start(RpcClient.over(directory).connectionWait(Duration.ofMillis(50)));
    assertThat(cluster.awaitReady(1, Duration.ofSeconds(10))).isTrue();
    CompletionStage<String> running = cluster.callAsync("Held/hold", String.class, "x");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    directory.publish(List.of());
    await().until(() -> cluster.stats().draining() == 1);
    assertThat(status(cluster, "a").state()).isEqualTo(State.DRAINING);
    assertThat(status(cluster, "a").reason()).isEqualTo("it has left");
    assertThat(status(cluster, "a").pending()).isEqualTo(1);
    assertThatThrownBy(() -> cluster.call("Held/hold", String.class, "y"))
        .hasMessageContaining("no instance of Held")
        .hasMessageContaining("none that is selected, of 0");
    assertThat(running.toCompletableFuture()).isNotDone();
    gate.countDown();
    assertThat(running.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("x");
    await().until(() -> cluster.instances().isEmpty());
    await().until(() -> server.peers().isEmpty());
  }

  @Test
  void attributesOfAnInstanceMayChangeWithoutANewConnection() throws Exception {
    PublishedDirectory directory = Directory.published("Who");
    Instance a = Fixture.instance("Who", "a", named("a"));
    directory.publish(List.of(a));
    RpcCluster cluster = fixture.start(RpcClient.over(directory));
    assertThat(cluster.awaitReady(1, Duration.ofSeconds(10))).isTrue();
    RpcPeer peer = cluster.connections().iterator().next();
    directory.publish(List.of(a.withWeight(7)));
    await().until(() -> status(cluster, "a").instance().weight() == 7);
    assertThat(cluster.connections()).containsExactly(peer);
    directory.publish(List.of(Fixture.instance("Who", "a", named("moved")).withWeight(7)));
    await().until(() -> cluster.proxy(Who.class).who("x").equals("moved"));
  }

  @Test
  void onlySomeInstancesAreUsed() throws Exception {
    Directory directory =
        Directory.of(
            "Who",
            List.of(
                Fixture.instance("Who", "a", named("a")).withGroup("blue").withVersion("1"),
                Fixture.instance("Who", "b", named("b")).withGroup("blue").withVersion("2"),
                Fixture.instance("Who", "c", named("c")).withGroup("green").withVersion("2")));
    RpcCluster cluster = fixture.start(RpcClient.over(directory).group("blue").version("2"));
    assertThat(count(cluster.proxy(Who.class), 10)).containsOnlyKeys("b");
    assertThat(cluster.instances()).hasSize(1);
  }

  @Test
  void theNumberOfConnectedInstancesIsLimited() throws Exception {
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      instances.add(Fixture.instance("Who", "i" + i, named("i" + i)));
    }
    PublishedDirectory directory = Directory.published("Who");
    directory.publish(instances);
    RpcCluster cluster = fixture.start(RpcClient.over(directory).maxInstances(4));
    assertThat(cluster.awaitReady(4, Duration.ofSeconds(10))).isTrue();
    List<Instance> first = cluster.instances().stream().map(InstanceStatus::instance).toList();
    assertThat(first).hasSize(4);
    Instance gone = first.getFirst();
    directory.publish(instances.stream().filter(one -> !one.equals(gone)).toList());
    await().until(() -> cluster.stats().left() == 1 && cluster.stats().ready() == 4);
    assertThat(cluster.instances().stream().map(InstanceStatus::instance))
        .containsAll(first.subList(1, 4));
  }

  @Test
  void theProtocolOfAnInstanceSelectsTheTransport() throws Exception {
    Path directoryOfSocket = Files.createTempDirectory("gannet");
    Path socket = directoryOfSocket.resolve("s");
    fixture.closing(() -> Files.deleteIfExists(directoryOfSocket));
    fixture.start(
        RpcServer.over(Server.unix(socket.toString())).service(Who.class, new Named("unix")));
    RpcServer webSocket =
        fixture.start(
            RpcServer.over(Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults()))
                .service(Who.class, new Named("ws")));
    Directory directory =
        Directory.of(
            "Who",
            "tcp://127.0.0.1:" + named("tcp").port(),
            "ws://127.0.0.1:" + webSocket.port() + "/",
            "unix://" + socket,
            "carrier-pigeon://coop:7",
            "tcp://nowhere");
    RpcCluster cluster = fixture.start(RpcClient.over(directory).balancer(Balancers.roundRobin()));
    assertThat(cluster.awaitReady(3, Duration.ofSeconds(10))).isTrue();
    assertThat(count(cluster.proxy(Who.class), 6)).containsOnlyKeys("tcp", "unix", "ws");
    InstanceStatus pigeon = status(cluster, "carrier-pigeon://coop:7");
    assertThat(pigeon.state()).isEqualTo(State.UNUSABLE);
    assertThat(pigeon.reason()).contains("not one of tcp, tls, grpc, grpcs, ws, wss and unix");
    assertThat(status(cluster, "tcp://nowhere").reason()).contains("not a host and a port");
  }

  @Test
  void aLazyClientConnectsToTheChosenInstance() throws Exception {
    RpcServer a = named("a");
    Directory directory = Directory.of("Who", "tcp://127.0.0.1:" + a.port());
    RpcCluster cluster = fixture.start(RpcClient.over(directory).lazy());
    await().until(() -> cluster.instances().size() == 1);
    assertThat(cluster.instances().getFirst().state()).isEqualTo(State.IDLE);
    assertThat(cluster.instances().getFirst().reason()).isEqualTo("it has not been chosen yet");
    assertThat(cluster.proxy(Who.class).who("x")).isEqualTo("a");
    assertThat(cluster.instances().getFirst().state()).isEqualTo(State.READY);
  }

  @Test
  void aCallWithoutAnInstanceWaitsAndThenFailsWithTheReason() throws Exception {
    PublishedDirectory directory = Directory.published("Who");
    RpcCluster cluster =
        fixture.start(RpcClient.over(directory).connectionWait(Duration.ofSeconds(20)));
    CompletionStage<String> early = cluster.callAsync("Who/who", String.class, "x");
    directory.publish(List.of(Fixture.instance("Who", "a", named("a"))));
    assertThat(early.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("a");

    PublishedDirectory empty = Directory.published("Who");
    RpcCluster impatient =
        fixture.start(RpcClient.over(empty).connectionWait(Duration.ofMillis(50)));
    empty.fail(new IllegalStateException("the file is gone"));
    assertThatThrownBy(() -> impatient.proxy(Who.class).who("x"))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE);
              assertThat(e.notStarted()).isTrue();
            })
        .hasMessageContaining("there is no list yet")
        .hasMessageContaining("the file is gone");
    RpcServer gone = named("gone");
    gone.stop(StopMode.NOW);
    empty.publish(List.of(Fixture.instance("Who", "gone", gone)));
    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> impatient.proxy(Who.class).who("x"))
                .hasMessageContaining("none takes calls: tcp://127.0.0.1:" + gone.port()));
  }

  @Test
  void aRestartedInstanceIsReconnected() throws Exception {
    RpcServer first = named("first");
    int port = first.port();
    Backoff backoff = Backoff.exponential(Duration.ofMillis(5), Duration.ofMillis(20));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Who", "tcp://127.0.0.1:" + port))
                .transport(transport -> transport.reconnect(backoff)));
    Who who = cluster.proxy(Who.class);
    assertThat(who.who("x")).isEqualTo("first");
    first.stop(StopMode.NOW);
    await().until(() -> cluster.stats().connecting() == 1);
    assertThat(cluster.instances().getFirst().reason()).isNotNull();
    fixture.start(
        RpcServer.over(Server.tcp("127.0.0.1", port)).service(Who.class, new Named("second")));
    assertThat(who.who("x")).isEqualTo("second");
  }

  @Test
  void instancesCallTheClient() throws Exception {
    List<RpcPeer> peers = new ArrayList<>();
    RpcServerBuilder builder = fixture.server().service(Who.class, new Named("a"));
    RpcServer server = fixture.start(builder);
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Who", "tcp://127.0.0.1:" + server.port()))
                .connections(2)
                .service(Who.class, new Named("client"))
                .onConnect(peer -> {
                  synchronized (peers) {
                    peers.add(peer);
                  }
                }));
    await().until(() -> cluster.connections().size() == 2);
    assertThat(peers).hasSize(2);
    await().until(() -> server.peers().size() == 2); // which learns of them later, or earlier
    assertThat(server.peers())
        .hasSize(2)
        .allSatisfy(peer -> assertThat(peer.proxy(Who.class).who("x")).isEqualTo("client"));
  }

  @Test
  void aStopWaitsForCallsAndClosesTheDirectory() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Held.class,
                    text -> {
                      begun.countDown();
                      Fixture.await(gate);
                      return text;
                    }));
    Directory directory = Directory.of("Held", "tcp://127.0.0.1:" + server.port());
    RpcCluster cluster = fixture.start(RpcClient.over(directory));
    CompletionStage<String> running = cluster.callAsync("Held/hold", String.class, "x");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    cluster.stop(StopMode.DRAIN);
    assertThat(cluster.isRunning()).isFalse();
    assertThat(directory.status().state()).isEqualTo(DirectoryStatus.State.CLOSED);
    assertThatThrownBy(() -> cluster.call("Held/hold", String.class, "y"))
        .hasMessageContaining("the client was stopped");
    assertThat(cluster.whenStopped().toCompletableFuture()).isNotDone();
    gate.countDown();
    assertThat(running.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("x");
    cluster.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
    cluster.close();
  }

  @Test
  void theAddressesOfANameAreInstances() throws Exception {
    RpcServer server = named("a");
    Directory directory = Directory.dns("Who", "localhost", server.port(), Duration.ofSeconds(30));
    RpcCluster cluster = fixture.start(RpcClient.over(directory));
    assertThat(cluster.proxy(Who.class).who("x")).isEqualTo("a");
    assertThat(directory.snapshot().instances())
        .extracting(Instance::address)
        .contains("127.0.0.1:" + server.port());
  }

  @Test
  void theCountersAreMetered() throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    RpcCluster cluster =
        fixture.start(RpcClient.over(Directory.of("Who", "tcp://127.0.0.1:" + named("a").port())));
    RpcMetrics.meter(cluster, meters, Tag.of("client", "one"));
    assertThat(count(cluster.proxy(Who.class), 3)).containsOnlyKeys("a");
    assertThat(
            meters
                .get("gannet.rpc.cluster.calls")
                .tags("service", "Who", "client", "one")
                .functionCounter()
                .count())
        .isEqualTo(3);
    assertThat(meters.get("gannet.rpc.cluster.instances").tag("state", "ready").gauge().value())
        .isEqualTo(1);
    assertThat(meters.get("gannet.rpc.cluster.instances").gauges()).hasSize(4);
    assertThat(meters.get("gannet.rpc.cluster.failovers").functionCounter().count()).isZero();
    assertThat(meters.getMeters())
        .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank());
  }

  @Test
  void certificatesOfInstancesAreVerifiedAgainstTheExpectedName(@TempDir Path files)
      throws Exception {
    SelfSigned certificate = SelfSigned.in(files, "who.internal");
    TlsIdentity identity = TlsIdentity.pem(certificate.certificateFile(), certificate.keyFile());
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .transport(transport -> transport.tls(ServerTls.of(identity)))
                .service(Who.class, new Named("encrypted")));
    Instance unnamed = Instance.of("Who", "tls", "127.0.0.1:" + server.port()).withId("unnamed");
    Instance named =
        unnamed.withId("named").withMetadata(Map.of(Instance.SERVER_NAME, "who.internal"));
    PublishedDirectory directory = Directory.published("Who");
    directory.publish(List.of(named, unnamed));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory).tls(ClientTls.trusting(certificate.certificateFile())));
    assertThat(cluster.awaitReady(1, Duration.ofSeconds(10))).isTrue();
    assertThat(count(cluster.proxy(Who.class), 4)).containsOnlyKeys("encrypted");
    assertThat(status(cluster, "named").state()).isEqualTo(State.READY);
    await().until(() -> String.valueOf(status(cluster, "unnamed").reason()).contains("127.0.0.1"));
    assertThat(status(cluster, "unnamed").state()).isEqualTo(State.CONNECTING);
    directory.publish(List.of(named, unnamed.withMetadata(named.metadata())));
    awaitState(cluster, "unnamed", State.READY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "ws"})
  void whoeverWritesTheDirectoryDoesNotDecideThatCallsGoUnencrypted(String protocol)
      throws Exception {
    RpcServer server =
        fixture.start(
            (protocol.equals("ws")
                    ? RpcServer.over(Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults()))
                    : fixture.server())
                .service(Who.class, new Named("plain")));
    Directory directory =
        Directory.of(
            "Who",
            List.of(Instance.of("Who", protocol, "127.0.0.1:" + server.port()).withId("plain")));
    RpcCluster strict =
        fixture.start(
            RpcClient.over(directory).tls(ClientTls.systemTrust()).connectionWait(Duration.ZERO));
    awaitState(strict, "plain", State.UNUSABLE);
    assertThat(status(strict, "plain").reason()).contains(protocol, "allowPlaintext");
    assertThatThrownBy(() -> strict.proxy(Who.class).who("x"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE));
    assertThat(server.peers()).isEmpty();
    RpcCluster changing =
        fixture.start(RpcClient.over(directory).tls(ClientTls.systemTrust()).allowPlaintext());
    assertThat(changing.proxy(Who.class).who("x")).isEqualTo("plain");
  }

  @Test
  void aLazyClientConnectsToNoMoreInstancesThanItNeeds() throws Exception {
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      instances.add(Fixture.instance("Who", "i" + i, named("i" + i)));
    }
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Who", instances))
                .lazy()
                .time(
                    Fixture.timeOf(FakeTime.create()))); // else a slow one has another connected to
    Who who = cluster.proxy(Who.class);
    who.who("x");
    assertThat(idle(cluster)).isEqualTo(5);
    who.who("x");
    assertThat(idle(cluster)).isGreaterThanOrEqualTo(4);
  }

  private static long idle(RpcCluster cluster) {
    return cluster.instances().stream().filter(one -> one.state() == State.IDLE).count();
  }

  @Test
  void aLazyClientUsesAnotherInstanceIfTheFirstIsUnreachable() throws Exception {
    RpcServer gone = named("gone");
    gone.stop(StopMode.NOW);
    Directory directory =
        Directory.of(
            "Who",
            List.of(Fixture.instance("Who", "a", gone), Fixture.instance("Who", "b", named("b"))));
    Balancer inOrder = (candidates, call) -> candidates.getFirst();
    RpcCluster cluster = fixture.start(RpcClient.over(directory).lazy().balancer(inOrder));
    assertThat(cluster.proxy(Who.class).who("x")).isEqualTo("b");
    assertThat(status(cluster, "a").state()).isEqualTo(State.CONNECTING);
  }

  @Test
  void anUnusableInstanceDoesNotAffectTheOthers() throws Exception {
    PublishedDirectory directory = Directory.published("Who");
    Instance a = Fixture.instance("Who", "a", named("a"));
    Instance b = Fixture.instance("Who", "b", named("b")).withMetadata(Map.of("tier", "gold"));
    Instance c = Fixture.instance("Who", "c", named("c")).withMetadata(Map.of("tier", "gold"));
    Instance d = Instance.of("Who", "tcp", "no where").withId("A").withMetadata(b.metadata());
    directory.publish(List.of(a, b, c, d));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory)
                .select(instance -> instance.metadata().get("tier").equals("gold"))
                .connector(instance -> {
                  if (instance.id().equals("b")) {
                    throw new NoClassDefFoundError("what it needs isn't there");
                  }
                  return Client.tcp("127.0.0.1", instance.uri().getPort());
                }));
    assertThat(count(cluster.proxy(Who.class), 4)).containsOnlyKeys("c");
    assertThat(cluster.instances()).hasSize(3);
    assertThat(status(cluster, "A").state()).isEqualTo(State.UNUSABLE);
    assertThat(status(cluster, "b").state()).isEqualTo(State.UNUSABLE);
    assertThat(status(cluster, "b").reason()).contains("what it needs isn't there");
    cluster.close();
    cluster.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void anUnusableInstanceIsTriedAgainWhenItsAttributesChange() throws Exception {
    PublishedDirectory directory = Directory.published("Who");
    Instance a = Fixture.instance("Who", "a", named("a"));
    directory.publish(List.of(a));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory)
                .connector(instance -> {
                  String host = instance.metadata().get("host");
                  if (host == null) {
                    throw new IllegalArgumentException("no host");
                  }
                  return Client.tcp(host, instance.uri().getPort());
                }));
    await().until(() -> cluster.instances().size() == 1);
    awaitState(cluster, "a", State.UNUSABLE);
    directory.publish(List.of(a.withMetadata(Map.of("host", "127.0.0.1"))));
    assertThat(cluster.proxy(Who.class).who("x")).isEqualTo("a");
  }

  @Test
  void aClientStopsEvenIfItsDirectoryCannotBeClosed() throws Exception {
    RpcServer server = named("a");
    Directory known = Directory.of("Who", "tcp://127.0.0.1:" + server.port());
    Directory stubborn =
        (Directory)
            Proxy.newProxyInstance(
                Directory.class.getClassLoader(),
                new Class<?>[] {Directory.class},
                (self, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    throw new IllegalStateException("it can't be closed");
                  }
                  return method.invoke(known, arguments);
                });
    RpcCluster cluster = fixture.start(RpcClient.over(stubborn));
    assertThat(cluster.proxy(Who.class).who("x")).isEqualTo("a");
    cluster.close();
    assertThat(cluster.isRunning()).isFalse();
    await().until(() -> server.peers().isEmpty());
  }
}
