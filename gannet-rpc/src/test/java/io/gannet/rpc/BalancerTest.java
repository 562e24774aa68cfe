package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.balancer.Balancers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the choice of the instance for a call. */
class BalancerTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Who {
    String who(String text);
  }

  private final PublishedDirectory directory = Directory.published("Who");

  private Instance named(String name) {
    RpcServer server = fixture.start(fixture.server().service(Who.class, (Who) text -> name));
    return Fixture.instance("Who", name, server);
  }

  private RpcCluster over(Balancer balancer, Instance... instances) throws Exception {
    directory.publish(List.of(instances));
    RpcCluster cluster =
        fixture.start(RpcClient.over(directory).balancer(balancer).warmUp(Duration.ZERO));
    assertThat(cluster.awaitReady(instances.length, Duration.ofSeconds(10))).isTrue();
    return cluster;
  }

  private static Map<String, Integer> count(RpcCluster cluster, int calls) {
    Who who = cluster.proxy(Who.class);
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < calls; i++) {
      counts.merge(who.who("x"), 1, Integer::sum);
    }
    return counts;
  }

  private static Map<String, String> places(RpcCluster cluster, int keys) {
    Map<String, String> places = new HashMap<>();
    for (int i = 0; i < keys; i++) {
      places.put("user-" + i, of("user-" + i, cluster));
    }
    return places;
  }

  private static String of(String key, RpcCluster cluster) {
    return cluster.proxy(Who.class, CallOptions.defaults().withRoutingKey(key)).who("x");
  }

  @Test
  void roundRobinTakesEachInTurn() throws Exception {
    RpcCluster cluster = over(Balancers.roundRobin(), named("a"), named("b"), named("c"));
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      order.add(cluster.proxy(Who.class).who("x"));
    }
    assertThat(order.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(order.subList(3, 6)).isEqualTo(order.subList(0, 3));
  }

  @Test
  void randomTakesEachSomeTime() throws Exception {
    RpcCluster cluster = over(Balancers.random(), named("a"), named("b"));
    assertThat(count(cluster, 200))
        .allSatisfy((name, count) -> assertThat(count).isBetween(50, 150));
  }

  @Test
  void weightedDistributesEvenlyByWeight() throws Exception {
    RpcCluster cluster =
        over(
            Balancers.weighted(),
            named("a").withWeight(100),
            named("b").withWeight(200),
            named("c").withWeight(700));
    Map<String, Integer> counts = count(cluster, 500);
    assertThat(counts.get("a")).isCloseTo(50, within(5));
    assertThat(counts.get("b")).isCloseTo(100, within(5));
    assertThat(counts.get("c")).isCloseTo(350, within(5));
    assertThat(count(cluster, 20)).containsKey("a"); // not all of one and then all of another
  }

  @Test
  void anInstanceOfWeightZeroIsChosenOnlyIfThereAreNoOthers() throws Exception {
    Instance idle = named("idle").withWeight(0);
    for (Balancer balancer :
        List.of(
            Balancers.roundRobin(),
            Balancers.random(),
            Balancers.weighted(),
            Balancers.leastPending(),
            Balancers.consistentHash())) {
      PublishedDirectory of = Directory.published("Who");
      of.publish(List.of(idle, named("a"), named("b")));
      RpcCluster cluster = fixture.start(RpcClient.over(of).balancer(balancer));
      assertThat(cluster.awaitReady(3, Duration.ofSeconds(10))).isTrue();
      assertThat(count(cluster, 50)).doesNotContainKey("idle");
    }
    RpcCluster alone = over(Balancers.weighted(), idle, named("b").withWeight(0));
    assertThat(count(alone, 20)).containsOnlyKeys("idle", "b");
  }

  @Test
  void leastPendingAvoidsBusyInstances() throws Exception {
    CountDownLatch gate = fixture.gate();
    UnaryOperator<String> slow =
        text -> {
          try {
            Fixture.await(gate);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return "slow";
        };
    RpcServer stuck = fixture.start(fixture.server().service(Who.class, (Who) slow::apply));
    RpcCluster cluster =
        over(Balancers.leastPending(), Fixture.instance("Who", "slow", stuck), named("quick"));
    List<CompletionStage<String>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      CompletionStage<String> call = cluster.callAsync("Who/who", String.class, "x");
      calls.add(call);
      // Whenever both are idle, the slow one may get a call, so it gets a few but never many.
      await().until(() -> pending(cluster, "quick") == 0);
    }
    assertThat(pending(cluster, "slow")).isLessThan(10);
    assertThat(calls.stream().filter(call -> call.toCompletableFuture().isDone()).count())
        .isGreaterThan(180);
    gate.countDown();
  }

  @Test
  void leastPendingDistributesOverManyInstances() {
    Balancer balancer = Balancers.leastPending();
    List<Balancer.Candidate> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(
          new Place(Instance.of("Who", "tcp", "host:" + (i + 1)).withWeight(i == 0 ? 1_000 : 100)));
    }
    int calls = 100_000;
    int ofTheHeavy = 0;
    for (int i = 0; i < calls; i++) {
      if (balancer.choose(all, new OfAlice(0)).equals(all.getFirst())) {
        ofTheHeavy++;
      }
    }
    // 1,000 of 2,900; ten standard deviations are 1.5 %.
    assertThat((double) ofTheHeavy / calls).isCloseTo(1_000 / 2_900.0, within(0.015));
  }

  @Test
  void anInstanceThatWarmsUpGetsItsShareBesideOneOther() {
    Balancer.Candidate warm = new Place(Instance.of("Who", "tcp", "a:1"));
    Balancer.Candidate cold = new Place(Instance.of("Who", "tcp", "b:1"), 0.1);
    for (Balancer balancer : List.of(Balancers.random(), Balancers.leastPending())) {
      int ofTheCold = 0;
      for (int i = 0; i < 10_000; i++) {
        if (balancer.choose(List.of(warm, cold), new OfAlice(0)).equals(cold)) {
          ofTheCold++;
        }
      }
      assertThat(ofTheCold).isBetween(650, 1_250); // 1 of 11, and ten standard deviations
    }
  }

  private static int pending(RpcCluster cluster, String id) {
    return cluster.instances().stream()
        .filter(status -> status.instance().id().equals(id))
        .mapToInt(InstanceStatus::pending)
        .sum();
  }

  @Test
  void consistentHashMovesFewKeysWhenInstancesChange() throws Exception {
    Instance a = named("a");
    Instance b = named("b");
    Instance c = named("c");
    RpcCluster cluster = over(Balancers.consistentHash(), a, b);
    Map<String, String> before = places(cluster, 200);
    assertThat(places(cluster, 200)).isEqualTo(before);
    assertThat(before.values()).contains("a", "b");
    directory.publish(List.of(a, b, c));
    assertThat(cluster.awaitReady(3, Duration.ofSeconds(10))).isTrue();
    Map<String, String> with = places(cluster, 200);
    with.forEach((key, place) -> assertThat(place).isIn("c", before.get(key)));
    assertThat(with.values().stream().filter("c"::equals).count()).isBetween(40L, 95L);
    directory.publish(List.of(a, b));
    await().until(() -> cluster.stats().ready() == 2);
    assertThat(places(cluster, 200)).isEqualTo(before);
  }

  @Test
  void allClientsHashAlikeByTheChosenKey() throws Exception {
    Instance a = named("a");
    Instance b = named("b");
    RpcCluster one = over(Balancers.consistentHash(), a, b);
    PublishedDirectory same = Directory.published("Who");
    same.publish(List.of(b, a));
    RpcCluster other =
        fixture.start(
            RpcClient.over(same)
                .balancer(Balancers.consistentHash(call -> call.metadata().get("user"))));
    assertThat(other.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    for (int i = 0; i < 50; i++) {
      CallOptions options = CallOptions.defaults().withMetadata(Metadata.of("user", "user-" + i));
      assertThat(other.proxy(Who.class, options).who("x")).isEqualTo(of("user-" + i, one));
    }
    assertThat(count(other, 50)).containsOnlyKeys("a", "b"); // those without a key
  }

  @Test
  void stickyKeysStayWhileTheirInstanceExists() throws Exception {
    Instance a = named("a");
    Instance b = named("b");
    RpcCluster cluster = over(Balancers.sticky(Balancers.roundRobin(), 1000), a);
    assertThat(places(cluster, 20).values()).containsOnly("a");
    directory.publish(List.of(a, b));
    assertThat(cluster.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    assertThat(of("user-3", cluster)).isIn("a", "b");
    Map<String, String> places = places(cluster, 40);
    assertThat(places(cluster, 40)).isEqualTo(places);
    assertThat(places.values()).contains("a", "b");
    directory.publish(List.of(b));
    await().until(() -> cluster.stats().ready() == 1);
    assertThat(places(cluster, 40).values()).containsOnly("b");
  }

  @Test
  void stickyForgetsTheLeastRecentlyUsedKeys() throws Exception {
    RpcCluster cluster = over(Balancers.sticky(Balancers.roundRobin(), 1), named("a"), named("b"));
    String first = of("one", cluster);
    assertThat(of("one", cluster)).isEqualTo(first);
    String second = of("two", cluster);
    assertThat(second).isNotEqualTo(first);
    assertThat(of("two", cluster)).isEqualTo(second);
    assertThat(of("one", cluster)).isEqualTo(first); // in turn again
    assertThatThrownBy(() -> Balancers.sticky(Balancers.random(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void zoneFirstLeavesItsZoneOnlyIfItIsEmpty() throws Exception {
    Instance near = named("near").withZone("eu-1a");
    Instance alsoNear = named("also near").withZone("eu-1a");
    Instance far = named("far").withZone("eu-1b");
    RpcCluster cluster =
        over(Balancers.zoneFirst("eu-1a", Balancers.roundRobin()), near, alsoNear, far);
    assertThat(count(cluster, 20))
        .containsExactly(Map.entry("also near", 10), Map.entry("near", 10));
    directory.publish(List.of(near, far));
    await().until(() -> cluster.stats().ready() == 2);
    assertThat(count(cluster, 10)).containsOnlyKeys("near");
    directory.publish(List.of(far));
    await().until(() -> cluster.stats().ready() == 1);
    assertThat(count(cluster, 10)).containsOnlyKeys("far");
  }

  @Test
  void aCustomBalancerSeesTheCallAndItsChoiceIsChecked() throws Exception {
    List<String> seen = new ArrayList<>();
    Balancer first =
        (candidates, call) -> {
          seen.add(call.method() + " " + call.routingKey() + " " + call.attempt());
          return candidates.getFirst();
        };
    RpcCluster cluster = over(first, named("a"), named("b"));
    assertThat(of("key", cluster)).isEqualTo("a");
    assertThat(seen).containsExactly("Who/who key 0");
    Balancer wrong =
        (candidates, call) ->
            new Balancer.Candidate() {
              @Override
              public Instance instance() {
                return candidates.getFirst().instance();
              }

              @Override
              public double share() {
                return 1;
              }

              @Override
              public int pending() {
                return 0;
              }
            };
    PublishedDirectory other = Directory.published("Who");
    other.publish(List.of(named("a"), named("b")));
    RpcCluster broken = fixture.start(RpcClient.over(other).balancer(wrong));
    assertThat(broken.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    assertThatThrownBy(() -> broken.proxy(Who.class).who("x"))
        .hasMessageContaining("none of the candidates");
  }

  @Test
  void aBalancerThatKeepsARemovedInstanceFailsTheCallAtOnce() throws Exception {
    AtomicReference<Balancer.Candidate> kept = new AtomicReference<>();
    Balancer stale =
        (candidates, call) -> {
          kept.compareAndSet(null, candidates.getFirst());
          return kept.get();
        };
    Instance a = named("a");
    Instance b = named("b");
    Instance c = named("c");
    RpcCluster cluster = over(stale, a, b, c);
    assertThat(of("x", cluster)).isEqualTo("a");
    directory.publish(List.of(b, c));
    await().until(() -> cluster.instances().size() == 2);
    assertThat(CompletableFuture.supplyAsync(() -> of("x", cluster)))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("none of the candidates");
  }

  private record Place(Instance instance, double share) implements Balancer.Candidate {

    Place(Instance instance) {
      this(instance, 1);
    }

    @Override
    public int pending() {
      return 0;
    }
  }

  private record OfAlice(int attempt) implements Balancer.Call {
    @Override
    public String method() {
      return "Who/who";
    }

    @Override
    public Metadata metadata() {
      return Metadata.empty();
    }

    @Override
    public String routingKey() {
      return "alice";
    }
  }

  @Test
  void aRetryElsewhereMovesNoStickyKey() {
    Balancer.Candidate a = new Place(Instance.of("Who", "tcp", "a:1"));
    Balancer.Candidate b = new Place(Instance.of("Who", "tcp", "b:1"));
    Balancer.Candidate c = new Place(Instance.of("Who", "tcp", "c:1"));
    Balancer sticky = Balancers.sticky((candidates, call) -> candidates.getFirst(), 10);
    assertThat(sticky.choose(List.of(a, b, c), new OfAlice(0))).isSameAs(a);
    assertThat(sticky.choose(List.of(b, c), new OfAlice(1))).isSameAs(b);
    assertThat(sticky.choose(List.of(c, b, a), new OfAlice(0))).isSameAs(a);
  }
}
