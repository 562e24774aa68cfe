package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits on calls, and what happens when they are reached. */
class LimitTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Held {
    CompletionStage<String> hold(String text);

    @OneWay
    void holdSilently(String text);
  }

  private Held held(CountDownLatch gate) {
    return new Held() {
      @Override
      public CompletionStage<String> hold(String text) {
        holdSilently(text);
        return CompletableFuture.completedStage(text);
      }

      @Override
      public void holdSilently(String text) {
        try {
          Fixture.await(gate);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  private static void assertExhausted(CompletionStage<?> call, String setting) {
    assertThatThrownBy(() -> call.toCompletableFuture().join())
        .cause()
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED);
              assertThat(e.notStarted()).isTrue();
            })
        .hasMessageContaining(setting);
  }

  @Test
  void callsAboveThePendingLimitFailAtOnce() {
    CountDownLatch gate = fixture.gate();
    RpcServer server = fixture.start(fixture.server().service(Held.class, held(gate)));
    Held proxy = fixture.start(fixture.client(server).maxPendingCalls(3)).proxy(Held.class);
    List<CompletionStage<String>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(proxy.hold("x" + i));
    }
    await().until(() -> running(server) == 3);
    assertExhausted(proxy.hold("too many"), "maxPendingCalls");
    gate.countDown();
    for (int i = 0; i < 3; i++) {
      assertThat(calls.get(i).toCompletableFuture().join()).isEqualTo("x" + i);
    }
    assertThat(proxy.hold("again").toCompletableFuture().join()).isEqualTo("again");
  }

  private static int running(RpcServer server) {
    return server.peers().stream().mapToInt(peer -> peer.stats().callsRunning()).sum();
  }

  @Test
  void callsThatTheServerRefusesDoNotCountForOtherConnections() {
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(fixture.server().service(Held.class, held(gate)).maxRunningCalls(2));
    Held one = fixture.start(fixture.client(server)).proxy(Held.class);
    Held other = fixture.start(fixture.client(server)).proxy(Held.class);
    CompletionStage<String> first = one.hold("1");
    CompletionStage<String> second = other.hold("2");
    await().until(() -> running(server) == 2);
    assertExhausted(one.hold("3"), "maxRunningCalls");
    assertExhausted(other.hold("4"), "maxRunningCalls");
    gate.countDown();
    assertThat(first.toCompletableFuture().join()).isEqualTo("1");
    assertThat(second.toCompletableFuture().join()).isEqualTo("2");
    await().until(() -> running(server) == 0);
    assertThat(one.hold("5").toCompletableFuture().join()).isEqualTo("5");
  }

  @Test
  void thePeersLimitOnRunningCallsIsRespected() {
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            fixture.server().service(Held.class, held(gate)).maxRunningCallsPerConnection(2));
    Held proxy = fixture.start(fixture.client(server)).proxy(Held.class);
    List<CompletionStage<String>> calls = new ArrayList<>();
    CompletableFuture.allOf(
            calls.stream()
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new))
        .join();
    calls.add(proxy.hold("0"));
    calls.add(proxy.hold("1"));
    await().until(() -> running(server) == 2);
    assertExhausted(proxy.hold("2"), "maxRunningCallsPerConnection");
    gate.countDown();
  }

  @Test
  void callsWithoutResponseCountToo() {
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            fixture.server().service(Held.class, held(gate)).maxRunningCallsPerConnection(2));
    Held proxy = fixture.start(fixture.client(server)).proxy(Held.class);
    proxy.holdSilently("0");
    proxy.holdSilently("1");
    proxy.holdSilently("2");
    await()
        .untilAsserted(() ->
            assertThat(server.peers())
                .singleElement()
                .satisfies(peer -> {
                  assertThat(peer.stats().callsRunning()).isEqualTo(2);
                  assertThat(peer.stats().callsRefused()).isEqualTo(1);
                }));
    gate.countDown();
  }

  @Test
  void exactlyAsManyCallsAsAllowedNeverFail() throws Exception {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Held.class, held(new CountDownLatch(0)))
                .maxRunningCallsPerConnection(4));
    Held proxy = fixture.start(fixture.client(server)).proxy(Held.class);
    List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      callers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int j = 0; j < 500; j++) {
                  proxy.hold("x").toCompletableFuture().join();
                }
              },
              Thread::startVirtualThread));
    }
    for (CompletableFuture<Void> caller : callers) {
      caller.get();
    }
  }

  @Test
  void metadataOverItsLimitsFailsTheCallAndNothingElse() {
    RpcServer server =
        fixture.start(
            fixture.server().service(Held.class, held(new CountDownLatch(0))).maxMetadata(2, 100));
    RpcClient client = fixture.start(fixture.client(server));
    Metadata three = Metadata.of("a", "1").with("b", "2").with("c", "3");
    Metadata long101 = Metadata.of("a", "x".repeat(101));
    for (Metadata tooMuch : List.of(three, long101)) {
      assertExhausted(
          client.proxy(Held.class, CallOptions.defaults().withMetadata(tooMuch)).hold("x"),
          "maxMetadata");
    }
    Metadata own = Metadata.of("a", "x".repeat(17_000));
    assertThatThrownBy(() ->
            client
                .proxy(Held.class, CallOptions.defaults().withMetadata(own))
                .hold("x")
                .toCompletableFuture()
                .join())
        .hasMessageContaining("maxMetadata");
    assertThat(client.proxy(Held.class).hold("x").toCompletableFuture().join()).isEqualTo("x");
  }

  @Test
  void argumentsOfRunningCallsAreLimitedTogether() {
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(fixture.server().service(Held.class, held(gate)).maxRunningBytes(250_000));
    Held proxy = fixture.start(fixture.client(server)).proxy(Held.class);
    String large = "x".repeat(100_000);
    CompletionStage<String> first = proxy.hold(large);
    CompletionStage<String> second = proxy.hold(large);
    await().until(() -> running(server) == 2);
    assertExhausted(proxy.hold(large), "maxRunningBytes");
    Held compressing = fixture.start(fixture.client(server).compressAbove(1000)).proxy(Held.class);
    assertExhausted(compressing.hold(large), "maxRunningBytes");
    gate.countDown();
    assertThat(first.toCompletableFuture().join()).isEqualTo(large);
    assertThat(second.toCompletableFuture().join()).isEqualTo(large);
    await().until(() -> running(server) == 0);
    assertThat(proxy.hold(large).toCompletableFuture().join()).isEqualTo(large);
  }

  @Test
  void settingsOutOfRangeAreRefusedByName() {
    RpcServerBuilder builder = fixture.server();
    assertThatThrownBy(() -> builder.maxPendingCalls(0)).hasMessageContaining("maxPendingCalls");
    assertThatThrownBy(() -> builder.maxRunningCalls(0)).hasMessageContaining("maxRunningCalls");
    assertThatThrownBy(() -> builder.maxMetadata(-1, 1)).hasMessageContaining("maxMetadata");
    assertThatThrownBy(() -> builder.defaultTimeout(Duration.ZERO))
        .hasMessageContaining("defaultTimeout");
    assertThatThrownBy(() -> CallOptions.defaults().withTimeout(Duration.ZERO))
        .hasMessageContaining("timeout");
    assertThatThrownBy(() -> Metadata.of("Upper", "x")).hasMessageContaining("Upper");
    assertThatThrownBy(() -> Metadata.of(Map.of("", "x"))).hasMessageContaining("key");
  }

  @Test
  void callsThatWaitForAConnectionAreLimited() {
    RpcServer server = fixture.start(fixture.server().service(Held.class, held(fixture.gate())));
    RpcClientBuilder builder = fixture.client(server).maxPendingCalls(3);
    server.stop(io.gannet.transport.StopMode.NOW);
    RpcClient client = fixture.start(builder.connectionWait(Duration.ofSeconds(30)));
    Held proxy = client.proxy(Held.class);
    List<CompletableFuture<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(proxy.hold("x").toCompletableFuture());
    }
    assertExhausted(proxy.hold("too many"), "maxPendingCalls");
    assertThat(waiting).allSatisfy(call -> assertThat(call).isNotDone());
    waiting.forEach(call -> call.cancel(true));
    await() // until those have left
        .untilAsserted(() -> {
          CompletableFuture<String> next = proxy.hold("x").toCompletableFuture();
          assertThat(next).isNotDone();
          next.cancel(true);
        });
  }
}
