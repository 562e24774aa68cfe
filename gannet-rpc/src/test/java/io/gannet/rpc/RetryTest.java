package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.balancer.Balancers;
import io.gannet.transport.Backoff;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which calls are retried, where, and how often. */
class RetryTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Service {
    String write(String text);

    @Idempotent
    String read(String text);

    @Idempotent
    CompletionStage<String> readAsync(String text);
  }

  interface Held {
    String hold(String text) throws InterruptedException;
  }

  /** Fails the given number of calls with a code. */
  private static class Flaky implements Service {

    final AtomicInteger handled = new AtomicInteger();
    private final RpcCode code;
    private final int failures;

    Flaky(RpcCode code, int failures) {
      this.code = code;
      this.failures = failures;
    }

    @Override
    public String write(String text) {
      return read(text);
    }

    @Override
    public String read(String text) {
      if (handled.incrementAndGet() <= failures) {
        throw new RpcException(code, "no");
      }
      return text;
    }

    @Override
    public CompletionStage<String> readAsync(String text) {
      return CompletableFuture.completedStage(read(text));
    }
  }

  private static final Backoff QUICK = Backoff.fixed(Duration.ofMillis(1));

  private Instance instance(String id, Service service) {
    return Fixture.instance(
        "Service", id, fixture.start(fixture.server().service(Service.class, service)));
  }

  private RpcCluster over(RetryPolicy policy, Instance... instances) throws Exception {
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Service", List.of(instances)))
                .balancer(Balancers.roundRobin())
                .ejection(EjectionPolicy.never())
                .retries(policy));
    assertThat(cluster.awaitReady(instances.length, Duration.ofSeconds(10))).isTrue();
    return cluster;
  }

  @Test
  void anIdempotentCallIsRetriedAtAnotherInstance() throws Exception {
    Flaky bad = new Flaky(RpcCode.UNAVAILABLE, 100);
    Flaky good = new Flaky(RpcCode.UNAVAILABLE, 0);
    RpcCluster cluster =
        over(RetryPolicy.defaults().withBackoff(QUICK), instance("a", bad), instance("b", good));
    Service service = cluster.proxy(Service.class);
    for (int i = 0; i < 4; i++) {
      assertThat(service.read("x")).isEqualTo("x");
      assertThat(service.readAsync("x").toCompletableFuture().get(10, TimeUnit.SECONDS))
          .isEqualTo("x");
    }
    assertThat(good.handled.get()).isEqualTo(8);
    assertThat(bad.handled.get()).isPositive();
    assertThat(cluster.stats().calls()).isEqualTo(8);
    assertThat(cluster.stats().retries()).isEqualTo(bad.handled.get());
    assertThat(cluster.stats().failovers()).isEqualTo(bad.handled.get());
  }

  @Test
  void aCallThatMayHaveBeenHandledIsRetriedOnlyIfIdempotent() throws Exception {
    Flaky first = new Flaky(RpcCode.UNAVAILABLE, 100);
    Flaky second = new Flaky(RpcCode.UNAVAILABLE, 100);
    RpcCluster cluster =
        over(
            RetryPolicy.defaults().withBackoff(QUICK), instance("a", first), instance("b", second));
    assertThatThrownBy(() -> cluster.proxy(Service.class).write("x"))
        .isInstanceOf(RpcException.class);
    assertThat(first.handled.get() + second.handled.get()).isEqualTo(1);
    assertThatThrownBy(() -> cluster.call("Service/write", String.class, "x"))
        .isInstanceOf(RpcException.class);
    assertThat(first.handled.get() + second.handled.get()).isEqualTo(2);
    CallOptions idempotent = CallOptions.defaults().withIdempotent();
    assertThatThrownBy(() -> cluster.proxy(Service.class, idempotent).write("x"))
        .isInstanceOf(RpcException.class);
    assertThat(first.handled.get() + second.handled.get()).isEqualTo(2 + 4);
  }

  @Test
  void onlyFailuresOfTheInstanceAreRetried() throws Exception {
    Flaky wrong = new Flaky(RpcCode.INVALID_ARGUMENT, 100);
    RpcCluster cluster = over(RetryPolicy.defaults().withBackoff(QUICK), instance("a", wrong));
    assertThatThrownBy(() -> cluster.proxy(Service.class).read("x"))
        .isInstanceOf(RpcException.class);
    assertThat(wrong.handled).hasValue(1);
    Flaky aborted = new Flaky(RpcCode.ABORTED, 1);
    RpcCluster chosen =
        over(
            RetryPolicy.defaults().withBackoff(QUICK).withCodes(RpcCode.ABORTED),
            instance("a", aborted));
    assertThat(chosen.proxy(Service.class).read("x")).isEqualTo("x");
    assertThat(chosen.stats().retries()).isEqualTo(1);
    assertThat(chosen.stats().failovers()).isZero(); // there was no other
  }

  @Test
  void aCallThatWasNotHandledIsAlwaysRetriedElsewhere() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    Held held =
        text -> {
          begun.countDown();
          if (text.equals("hold")) {
            Fixture.await(gate);
          }
          return text;
        };
    RpcServer full = fixture.start(fixture.server().service(Held.class, held).maxRunningCalls(1));
    RpcServer other = fixture.start(fixture.server().service(Held.class, text -> text));
    Instance a = Fixture.instance("Held", "a", full);
    Instance b = Fixture.instance("Held", "b", other);
    Balancer alwaysFirst = (candidates, call) -> candidates.getFirst();
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(Directory.of("Held", List.of(a, b)))
                .balancer(alwaysFirst)
                .retries(RetryPolicy.defaults().withBackoff(QUICK)));
    assertThat(cluster.awaitReady(2, Duration.ofSeconds(10))).isTrue();
    CompletionStage<String> running = cluster.callAsync("Held/hold", String.class, "hold");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(cluster.call("Held/hold", String.class, "x")).isEqualTo("x");
    assertThat(cluster.stats().failovers()).isEqualTo(1);
    gate.countDown();
    assertThat(running.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("hold");
  }

  @Test
  void attemptsAreLimited() throws Exception {
    Flaky bad = new Flaky(RpcCode.UNAVAILABLE, 100);
    RpcCluster cluster =
        over(RetryPolicy.defaults().withBackoff(QUICK).withMaxAttempts(3), instance("a", bad));
    assertThatThrownBy(() -> cluster.proxy(Service.class).read("x"))
        .isInstanceOf(RpcException.class);
    assertThat(bad.handled).hasValue(3);
    RpcCluster never = over(RetryPolicy.never(), instance("a", bad));
    assertThatThrownBy(() -> never.proxy(Service.class).read("x")).isInstanceOf(RpcException.class);
    assertThat(bad.handled).hasValue(4);
  }

  @Test
  void retriesAreBoundedByABudget() throws Exception {
    Flaky bad = new Flaky(RpcCode.UNAVAILABLE, Integer.MAX_VALUE);
    RpcCluster cluster =
        over(
            RetryPolicy.defaults().withBackoff(QUICK).withMaxAttempts(2).withBudget(0.1, 0, 5),
            instance("a", bad));
    Service service = cluster.proxy(Service.class);
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> service.read("x")).isInstanceOf(RpcException.class);
    }
    ClusterStats stats = cluster.stats();
    assertThat(stats.retries()).isBetween(13L, 15L); // 5 to begin with, and a tenth of the calls
    assertThat(stats.retries() + stats.retriesRefused()).isEqualTo(100);
    assertThat(bad.handled.get()).isEqualTo(100 + stats.retries());
  }

  @Test
  void noRetryStartsAfterTheDeadline() throws Exception {
    Flaky bad = new Flaky(RpcCode.UNAVAILABLE, 100);
    RpcCluster cluster =
        over(
            RetryPolicy.defaults().withBackoff(Backoff.fixed(Duration.ofMinutes(1))),
            instance("a", bad));
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofSeconds(30));
    assertThatThrownBy(() -> cluster.proxy(Service.class, options).read("x"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE));
    assertThat(bad.handled).hasValue(1);
  }

  @Test
  void aCancelledCallIsNotRetried() throws Exception {
    Flaky bad = new Flaky(RpcCode.UNAVAILABLE, 100);
    RpcCluster cluster =
        over(
            RetryPolicy.defaults().withBackoff(Backoff.fixed(Duration.ofMillis(300))),
            instance("a", bad));
    CompletionStage<String> call = cluster.proxy(Service.class).readAsync("x");
    await().until(() -> cluster.stats().retries() == 1);
    call.toCompletableFuture().cancel(true);
    Service other = cluster.proxy(Service.class);
    assertThatThrownBy(() -> other.read("x")).isInstanceOf(RpcException.class);
    // The second call has made all 4 attempts by now. A retry of the cancelled call would make 6.
    assertThat(bad.handled.get()).isEqualTo(5);
  }

  @Test
  void cancellingTheSecondAttemptCancelsItsHandler() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    Flaky slow =
        new Flaky(RpcCode.UNAVAILABLE, 1) {
          @Override
          public CompletionStage<String> readAsync(String text) {
            read(text); // which fails at first
            CompletableFuture<String> result = new CompletableFuture<>();
            CallContext.current()
                .orElseThrow()
                .onCancel(() -> {
                  cancelled.countDown();
                  result.cancel(true);
                });
            handling.countDown();
            return result;
          }
        };
    RpcCluster cluster = over(RetryPolicy.defaults().withBackoff(QUICK), instance("a", slow));
    CompletionStage<String> call = cluster.proxy(Service.class).readAsync("x");
    assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
    call.toCompletableFuture().cancel(true);
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(slow.handled.get()).isEqualTo(2);
  }

  @Test
  void callsContinueElsewhereWhenAnInstanceIsKilled() throws Exception {
    RpcServer killed =
        fixture.start(fixture.server().service(Service.class, new Flaky(RpcCode.UNAVAILABLE, 0)));
    RpcCluster cluster =
        over(
            RetryPolicy.defaults().withBackoff(QUICK),
            Fixture.instance("Service", "a", killed),
            instance("b", new Flaky(RpcCode.UNAVAILABLE, 0)));
    Service service = cluster.proxy(Service.class);
    for (int i = 0; i < 100; i++) {
      if (i == 50) {
        killed.stop(StopMode.NOW);
      }
      assertThat(service.read("x")).isEqualTo("x");
    }
  }

  @Test
  void aCallThatMayHaveBeenHandledNeverReportsNotStarted() throws Exception {
    assertThatItMayHaveBeenHandled(service -> service.read("x"));
    assertThatItMayHaveBeenHandled(
        service -> service.readAsync("x").toCompletableFuture().get(10, TimeUnit.SECONDS));
  }

  private interface Calling {
    void on(Service service) throws Exception;
  }

  /** The first attempt is handled and fails. No instance is left for the second. */
  private void assertThatItMayHaveBeenHandled(Calling call) throws InterruptedException {
    PublishedDirectory directory = Directory.published("Service");
    AtomicReference<RpcCluster> client = new AtomicReference<>();
    Flaky lastOne =
        new Flaky(RpcCode.UNAVAILABLE, 100) {
          @Override
          public String read(String text) {
            directory.publish(List.of());
            await().until(() -> client.get().stats().left() == 1);
            return super.read(text);
          }
        };
    directory.publish(List.of(instance("last", lastOne)));
    RpcCluster cluster =
        fixture.start(
            RpcClient.over(directory)
                .connectionWait(Duration.ofSeconds(5))
                .retries(RetryPolicy.defaults().withBackoff(QUICK)));
    client.set(cluster);
    assertThat(cluster.awaitReady(1, Duration.ofSeconds(10))).isTrue();
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofSeconds(1));
    assertThatThrownBy(() -> call.on(cluster.proxy(Service.class, options)))
        .extracting(thrown -> thrown instanceof ExecutionException ? thrown.getCause() : thrown)
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE);
              assertThat(e.notStarted()).isFalse();
              assertThat(e).hasMessageContaining("no instance of Service");
              assertThat(e.getSuppressed()).hasSize(1);
              assertThat(e.getSuppressed()[0]).hasMessage("no");
            });
    assertThat(lastOne.handled).hasValue(1);
  }
}
