package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.Balancer.Candidate;
import io.gannet.transport.Backoff;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The metadata of attempts, including those whose reply the caller doesn't receive. */
class AttemptMetadataTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Service {
    @Idempotent
    String read(String text);

    @Idempotent
    CompletionStage<String> readLater(String text);
  }

  /** Sends its name, before its reply and with it. */
  private abstract static class Named implements Service {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    abstract String answer(String text);

    @Override
    public String read(String text) {
      CallContext call = CallContext.current().orElseThrow();
      call.beginWith(Metadata.of("name", name));
      call.replyWith(Metadata.of("name", name));
      return answer(text);
    }

    @Override
    public CompletionStage<String> readLater(String text) {
      return CompletableFuture.completedStage(read(text));
    }
  }

  private static final class Failing extends Named {
    private final CountDownLatch gate;

    Failing(String name, CountDownLatch gate) {
      super(name);
      this.gate = gate;
    }

    @Override
    String answer(String text) {
      try {
        Fixture.await(gate);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new RpcException(RpcCode.UNAVAILABLE, "not now");
    }
  }

  private static final class Good extends Named {
    private final Runnable before;

    Good(String name, Runnable before) {
      super(name);
      this.before = before;
    }

    @Override
    String answer(String text) {
      before.run();
      return text;
    }
  }

  private final CountDownLatch open = new CountDownLatch(0);
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final CallOptions options =
      CallOptions.defaults()
          .withTimeout(Duration.ofSeconds(50))
          .withOnBegin(metadata -> told.add("begin of " + metadata.get("name")))
          .withOnReply(metadata -> told.add("reply of " + metadata.get("name")));

  private RetryPolicy policy;

  @BeforeEach
  void tryTwice() {
    policy =
        RetryPolicy.defaults().withMaxAttempts(2).withBackoff(Backoff.fixed(Duration.ofMillis(1)));
  }

  /** A cluster that calls the first of these instances, and then the others in order. */
  private RpcCluster over(Service... services) throws InterruptedException {
    List<Instance> instances =
        IntStream.range(0, services.length)
            .mapToObj(i ->
                Fixture.instance(
                    "Service",
                    "i" + i,
                    fixture.start(fixture.server().service(Service.class, services[i]))))
            .toList();
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Service", instances))
                .balancer(AttemptMetadataTest::first)
                .ejection(EjectionPolicy.never())
                .retries(policy));
    assertThat(cluster.awaitReady(services.length, Duration.ofSeconds(20))).isTrue();
    return cluster;
  }

  private static Candidate first(List<Candidate> candidates, Balancer.Call call) {
    return candidates.stream().min(Comparator.comparing(one -> one.instance().id())).orElseThrow();
  }

  @Test
  void aRetriedCallReportsTheMetadataOfItsReply() throws Exception {
    Service service =
        over(new Failing("a", open), new Good("b", () -> {})).proxy(Service.class, options);

    assertThat(service.read("x")).isEqualTo("x");
    assertThat(told).containsExactly("begin of b", "reply of b");

    told.clear();
    assertThat(service.readLater("y").toCompletableFuture().join()).isEqualTo("y");
    assertThat(told).containsExactly("begin of b", "reply of b");
  }

  @Test
  void ifAllAttemptsFailTheCallerGetsTheLastMetadata() throws Exception {
    Service service =
        over(new Failing("a", open), new Failing("b", open)).proxy(Service.class, options);

    assertThatThrownBy(() -> service.read("x")).isInstanceOf(RpcException.class);
    assertThat(told).containsExactly("begin of b", "reply of b");

    told.clear();
    assertThatThrownBy(() -> service.readLater("y").toCompletableFuture().join())
        .isInstanceOf(CompletionException.class);
    assertThat(told).containsExactly("begin of b", "reply of b");
  }

  @Test
  void anExceptionOfTheCallersHookFailsTheCallWithoutRetry() throws Exception {
    CallOptions throwing =
        options.withOnReply(metadata -> {
          told.add("reply of " + metadata.get("name"));
          throw new RpcException(RpcCode.UNAVAILABLE, "by the caller", null, null, Map.of(), true);
        });
    Service service =
        over(new Good("a", () -> {}), new Good("b", () -> {})).proxy(Service.class, throwing);

    assertThatThrownBy(() -> service.read("x")).hasMessageContaining("by the caller");
    assertThat(told).containsExactly("begin of a", "reply of a");

    told.clear();
    assertThatThrownBy(() -> service.readLater("y").toCompletableFuture().join())
        .hasMessageContaining("by the caller");
    assertThat(told).containsExactly("begin of a", "reply of a");
  }

  @Test
  void aHedgedCallReportsTheMetadataOfTheWinner() throws Exception {
    policy = policy.withMaxAttempts(1).withHedging(Duration.ofMillis(50), 1);
    CountDownLatch hedged = fixture.gate();
    AtomicReference<RpcCluster> cluster = new AtomicReference<>();
    Runnable letTheFirstFail =
        () -> {
          hedged.countDown();
          await()
              .atMost(Duration.ofSeconds(20))
              .until(() ->
                  cluster.get().connections().stream()
                          .mapToLong(peer -> peer.stats().callsPending())
                          .sum()
                      == 1); // the failure of the first attempt has arrived
        };
    cluster.set(over(new Failing("a", hedged), new Good("b", letTheFirstFail)));

    assertThat(cluster.get().proxy(Service.class, options).read("x")).isEqualTo("x");
    assertThat(told).containsExactly("begin of b", "reply of b");
  }
}
