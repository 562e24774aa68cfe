package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.balancer.Balancers;
import io.gannet.transport.Backoff;
import io.gannet.transport.SessionStats;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Instances that accept calls and never answer. */
class FrozenInstanceTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Service {
    @Idempotent
    String read(String text);

    @Idempotent
    CompletionStage<String> readLater(String text);

    String write(String text);

    @OneWay
    void note(String text);
  }

  /** Never answers, and counts how often its calls are cancelled. */
  private final class Frozen implements Service {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();

    @Override
    public String read(String text) {
      calls.incrementAndGet();
      CallContext.current().orElseThrow().onCancel(cancelled::incrementAndGet);
      try {
        Fixture.await(gate);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return "late";
    }

    @Override
    public CompletionStage<String> readLater(String text) {
      return java.util.concurrent.CompletableFuture.completedStage(read(text));
    }

    @Override
    public String write(String text) {
      return read(text);
    }

    @Override
    public void note(String text) {}
  }

  /** Answers, or fails if the test has requested that. */
  private static final class Good implements Service {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();

    @Override
    public String read(String text) {
      calls.incrementAndGet();
      if (text.equals("fail")) {
        throw new RpcException(RpcCode.FAILED_PRECONDITION, "not so");
      }
      return text;
    }

    @Override
    public CompletionStage<String> readLater(String text) {
      return java.util.concurrent.CompletableFuture.completedStage(read(text));
    }

    @Override
    public String write(String text) {
      writes.incrementAndGet(); // at once, so that a hedge is seen although it is cancelled
      try {
        Thread.sleep(600);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return read(text);
    }

    @Override
    public void note(String text) {}
  }

  private final CountDownLatch gate = new CountDownLatch(1);
  private final Frozen frozen = new Frozen();
  private final Good good = new Good();

  private static final CallOptions PATIENT =
      CallOptions.defaults().withTimeout(Duration.ofSeconds(50));

  private Instance instance(String id, Service service) {
    return Fixture.instance(
        "Service", id, fixture.start(fixture.server().service(Service.class, service)));
  }

  private RpcCluster over(RetryPolicy policy, EjectionPolicy ejection, Service... services)
      throws Exception {
    List<Instance> instances =
        java.util.stream.IntStream.range(0, services.length)
            .mapToObj(i -> instance("i" + i, services[i]))
            .toList();
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Service", instances))
                .balancer(Balancers.roundRobin())
                .ejection(ejection)
                .retries(policy.withBackoff(Backoff.fixed(Duration.ofMillis(1)))));
    fixture.closing(gate::countDown);
    assertThat(cluster.awaitReady(services.length, Duration.ofSeconds(20))).isTrue();
    return cluster;
  }

  @Test
  void anIdempotentCallIsRetriedElsewhereAfterTheAttemptTimeout() throws Exception {
    RetryPolicy policy = RetryPolicy.defaults().withAttemptTimeout(Duration.ofMillis(300));
    RpcCluster cluster = over(policy, EjectionPolicy.never(), frozen, good);
    Service service = cluster.proxy(Service.class, PATIENT);
    for (int i = 0; i < 4; i++) {
      assertThat(service.read("x")).isEqualTo("x");
      assertThat(service.readLater("y").toCompletableFuture().get(40, TimeUnit.SECONDS))
          .isEqualTo("y");
    }
    assertThat(frozen.calls.get()).isPositive();
    assertThat(cluster.stats().retries()).isPositive();
    await().untilAsserted(() -> assertThat(frozen.cancelled.get()).isEqualTo(frozen.calls.get()));
  }

  @Test
  void theAttemptTimeoutAppliesToIdempotentCallsOnly() throws Exception {
    RetryPolicy policy = RetryPolicy.defaults().withAttemptTimeout(Duration.ofMillis(100));
    RpcCluster cluster = over(policy, EjectionPolicy.never(), good);
    assertThat(cluster.proxy(Service.class, PATIENT).write("x")).isEqualTo("x");
  }

  @Test
  void anAttemptThatTimesOutCountsAgainstTheInstance() throws Exception {
    RetryPolicy policy = RetryPolicy.defaults().withAttemptTimeout(Duration.ofMillis(500));
    RpcCluster cluster =
        over(policy, EjectionPolicy.defaults().withConsecutiveFailures(2), frozen, good);
    Service service = cluster.proxy(Service.class, PATIENT);
    await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptionsInstanceOf(
            RpcException.class) // all attempts may be late on a slow machine
        .untilAsserted(() -> {
          assertThat(service.read("x")).isEqualTo("x");
          assertThat(cluster.stats().ejections()).isPositive();
        });
  }

  private static RetryPolicy hedging() {
    return RetryPolicy.defaults().withHedging(Duration.ofMillis(200), 1);
  }

  @Test
  void aHedgeAsksAnotherInstanceAndTheOneThatLosesIsCancelled() throws Exception {
    RpcCluster cluster = over(hedging(), EjectionPolicy.never(), frozen, good);
    Service service = cluster.proxy(Service.class, PATIENT);
    for (int i = 0; i < 4; i++) {
      assertThat(service.read("x")).isEqualTo("x");
      assertThat(service.readLater("y").toCompletableFuture().get(40, TimeUnit.SECONDS))
          .isEqualTo("y");
    }
    assertThat(frozen.calls.get()).isPositive();
    await().untilAsserted(() -> assertThat(frozen.cancelled.get()).isEqualTo(frozen.calls.get()));
  }

  @Test
  void anInstanceThatLosesManyHedgesIsEjected() throws Exception {
    RpcCluster cluster =
        over(hedging(), EjectionPolicy.defaults().withConsecutiveFailures(2), frozen, good);
    Service service = cluster.proxy(Service.class, PATIENT);
    await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptionsInstanceOf(
            RpcException.class) // all attempts may be late on a slow machine
        .untilAsserted(() -> {
          assertThat(service.read("x")).isEqualTo("x");
          assertThat(cluster.stats().ejections()).isPositive();
        });
  }

  @Test
  void aFailureThatDoesNotDependOnTheInstanceEndsTheCall() throws Exception {
    RpcCluster cluster = over(hedging(), EjectionPolicy.never(), frozen, good);
    Service service = cluster.proxy(Service.class, PATIENT);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> service.read("fail"))
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.FAILED_PRECONDITION));
    }
  }

  @Test
  void hedgesShareTheBudgetOfRetries() throws Exception {
    RpcCluster cluster =
        over(hedging().withBudget(0, 0, 2), EjectionPolicy.never(), frozen, frozen, frozen);
    CallOptions short1 = CallOptions.defaults().withTimeout(Duration.ofSeconds(1));
    Service service = cluster.proxy(Service.class, short1);
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> service.read("x"))
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED));
    }
    assertThat(frozen.calls.get()).isLessThanOrEqualTo(6);
    assertThat(cluster.stats().retries()).isLessThanOrEqualTo(2);
  }

  @Test
  void aHedgeWithoutAConnectionUsesNoBudget() throws Exception {
    List<Instance> instances = List.of(instance("a", frozen), instance("b", good));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Service", instances))
                .lazy()
                .balancer((candidates, call) -> candidates.getFirst())
                .retries(
                    RetryPolicy.defaults()
                        .withHedging(Duration.ofMillis(500), 10)
                        .withBudget(0, 0, 1)));
    fixture.closing(gate::countDown);
    assertThat(cluster.proxy(Service.class, PATIENT).read("x")).isEqualTo("x");
    assertThat(cluster.stats().retries()).isEqualTo(1);
  }

  @Test
  void aCallThatIsNotIdempotentIsNotHedged() throws Exception {
    RpcCluster cluster = over(hedging(), EjectionPolicy.never(), good, good);
    assertThat(cluster.proxy(Service.class, PATIENT).write("x")).isEqualTo("x");
    assertThat(good.writes.get()).isEqualTo(1);
  }

  /** A proxy to a server that stops reading on request. */
  private Instance stalling(String id, Service service, CountDownLatch stalled) throws IOException {
    RpcServer server = fixture.start(fixture.server().service(Service.class, service));
    ServerSocket door = fixture.closing(new ServerSocket());
    door.setReceiveBufferSize(1 << 16);
    door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.startVirtualThread(() -> {
      try (Socket client = door.accept();
          Socket to = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        Thread back = Thread.startVirtualThread(() -> pump(to, client, new CountDownLatch(1)));
        pump(client, to, stalled);
        Fixture.await(gate);
        back.interrupt();
      } catch (IOException | InterruptedException e) {
        // The test is over.
      }
    });
    return Instance.of("Service", "tcp", "127.0.0.1:" + door.getLocalPort()).withId(id);
  }

  private static void pump(Socket from, Socket to, CountDownLatch stalled) {
    byte[] some = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        out.write(some, 0, n);
        out.flush();
        if (stalled.getCount() == 0) {
          return;
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  /**
   * A cluster of two instances: one has stopped reading, with more data in transit than the
   * operating system buffers; the other works.
   */
  private RpcCluster overStalled(RetryPolicy policy, EjectionPolicy ejection) throws Exception {
    CountDownLatch stalled = new CountDownLatch(1);
    List<Instance> instances =
        List.of(stalling("stalled", new Good(), stalled), instance("good", good));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Service", instances))
                .transport(builder -> builder.outboundQueue(1 << 16, 1 << 15))
                .balancer(Balancers.roundRobin())
                .ejection(ejection)
                .retries(
                    policy
                        .withBudget(1, 10, 100)
                        .withBackoff(Backoff.fixed(Duration.ofMillis(1)))));
    fixture.closing(gate::countDown);
    assertThat(cluster.awaitReady(2, Duration.ofSeconds(20))).isTrue();
    stalled.countDown();
    fill(
        cluster.connections().stream()
            .filter(peer -> peer.session().remoteAddress().toString().endsWith(where(instances)))
            .findFirst()
            .orElseThrow());
    return cluster;
  }

  private static String where(List<Instance> instances) {
    return instances.getFirst().address().replaceFirst(".*:", ":");
  }

  private static void fill(RpcPeer peer) {
    Service service = peer.proxy(Service.class, PATIENT);
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 20; i++) {
      Thread.startVirtualThread(() -> {
        try {
          service.note(large);
        } catch (RpcException e) {
          // The test is over.
        }
      });
    }
    AtomicLong before = new AtomicLong();
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> {
          SessionStats stats = peer.session().stats();
          return before.getAndSet(stats.bytesOut()) == stats.bytesOut()
              && stats.queuedBytes() > 1 << 16;
        });
  }

  @Test
  void aCallThatWaitsForQueueSpaceIsHedged() throws Exception {
    RpcCluster cluster = overStalled(hedging(), EjectionPolicy.never());
    CallOptions shorterThanSending = CallOptions.defaults().withTimeout(Duration.ofSeconds(15));
    Service service = cluster.proxy(Service.class, shorterThanSending);
    for (int i = 0; i < 4; i++) {
      assertThat(service.read("x")).isEqualTo("x");
    }
  }

  @Test
  void anAttemptThatWaitsTooLongForQueueSpaceIsRetriedElsewhereAndCounts() throws Exception {
    RetryPolicy policy = RetryPolicy.defaults().withAttemptTimeout(Duration.ofMillis(800));
    RpcCluster cluster = overStalled(policy, EjectionPolicy.defaults().withConsecutiveFailures(8));
    Service service = cluster.proxy(Service.class, PATIENT);
    // Half of the calls start at the stalled instance. The operating system still accepts one now
    // and then.
    for (int i = 0; i < 24 && cluster.stats().ejections() == 0; i++) {
      assertThat(service.read("x")).isEqualTo("x");
    }
    assertThat(cluster.stats().ejections()).isPositive();
  }
}
