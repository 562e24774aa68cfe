package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.gannet.transport.TransportObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls while connections open and end. */
class ConnectionTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Echo {
    String echo(String text);
  }

  interface Held {
    CompletionStage<String> hold(String text);
  }

  private static Held held(CountDownLatch begun, CountDownLatch gate) {
    return text -> {
      begun.countDown();
      try {
        Fixture.await(gate);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return CompletableFuture.completedStage(text);
    };
  }

  private static RpcClientBuilder quick(RpcClientBuilder builder) {
    Backoff backoff = Backoff.exponential(Duration.ofMillis(5), Duration.ofMillis(20));
    return builder.transport(transport -> transport.reconnect(backoff));
  }

  @Test
  void proxiesContinueAfterAReconnect() {
    RpcServer first = fixture.start(fixture.server().service(Echo.class, text -> text));
    Echo echo = fixture.start(quick(fixture.client(first))).proxy(Echo.class);
    assertThat(echo.echo("one")).isEqualTo("one");
    int port = first.port();
    first.stop(StopMode.NOW);
    fixture.start(
        RpcServer.over(Server.tcp("127.0.0.1", port)).service(Echo.class, text -> text + "!"));
    await().ignoreExceptions().until(() -> echo.echo("two").equals("two!"));
  }

  @Test
  void aCallWithoutAConnectionWaitsForOne() throws Exception {
    RpcServer first = fixture.start(fixture.server());
    int port = first.port();
    first.stop(StopMode.NOW);
    RpcClient client =
        fixture.start(
            quick(RpcClient.over(Client.tcp("127.0.0.1", port)))
                .connectionWait(Duration.ofSeconds(30)));
    Echo echo = client.proxy(Echo.class);
    CompletableFuture<String> call =
        CompletableFuture.supplyAsync(() -> echo.echo("x"), Thread::startVirtualThread);
    CompletionStage<String> async = client.callAsync("Echo/echo", String.class, "y");
    fixture.start(RpcServer.over(Server.tcp("127.0.0.1", port)).service(Echo.class, text -> text));
    assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("x");
    assertThat(async.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("y");
  }

  @Test
  void aClientReconnectsWithinFiveSecondsAfterAnOutage() {
    RpcServer server = fixture.start(fixture.server());
    int port = server.port();
    server.stop(StopMode.NOW);
    FakeTime time = FakeTime.create();
    List<Duration> delays = new CopyOnWriteArrayList<>();
    TransportObserver observer =
        new TransportObserver() {
          @Override
          public void connectFailed(
              Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {
            delays.add(Objects.requireNonNull(nextAttempt));
          }
        };
    fixture.start(
        RpcClient.over(Client.tcp("127.0.0.1", port))
            .time(Fixture.timeOf(time))
            .transport(transport -> transport.observer(observer)));
    for (int failures = 1; failures <= 30; failures++) {
      int count = failures;
      await().until(() -> delays.size() == count);
      Duration delay = delays.getLast();
      assertThat(delay).isLessThanOrEqualTo(Duration.ofSeconds(5));
      time.advance(delay);
    }
  }

  @Test
  void aCallWithoutAConnectionFailsWithTheReason() {
    RpcServer first = fixture.start(fixture.server());
    int port = first.port();
    first.stop(StopMode.NOW);
    RpcClient client =
        fixture.start(
            RpcClient.over(Client.tcp("127.0.0.1", port)).connectionWait(Duration.ofMillis(200)));
    await() // the first attempt may take longer than a call waits
        .untilAsserted(() ->
            assertThatThrownBy(() -> client.proxy(Echo.class).echo("x"))
                .isInstanceOfSatisfying(
                    RpcException.class,
                    e -> {
                      assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE);
                      assertThat(e.notStarted()).isTrue();
                    })
                .hasMessageContaining("attempts have failed")
                .hasMessageContaining("waited 200 ms (setting connectionWait)"));
    RpcClient once =
        fixture.start(
            RpcClient.over(Client.tcp("127.0.0.1", port))
                .connectionWait(Duration.ofMinutes(5))
                .transport(transport -> transport.noReconnect()));
    assertThatThrownBy(() -> once.proxy(Echo.class).echo("x"))
        .hasMessageContaining("stopped reconnecting");
  }

  @Test
  void callsAreSpreadOverTheConnections() {
    RpcServer server = fixture.start(fixture.server().service(Echo.class, text -> text));
    RpcClient client =
        fixture.start(fixture.client(server).transport(transport -> transport.connections(3)));
    await().until(() -> client.connections().size() == 3);
    Echo echo = client.proxy(Echo.class);
    for (int i = 0; i < 30; i++) {
      echo.echo("x");
    }
    assertThat(client.connections())
        .allSatisfy(peer -> assertThat(peer.stats().callsSent()).isEqualTo(10));
  }

  @Test
  void aDrainEndsRunningCallsAndRefusesNewOnesAsNotStarted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    RpcServer server = fixture.start(fixture.server().service(Held.class, held(begun, gate)));
    RpcClient client = fixture.start(fixture.client(server).connectionWait(Duration.ofMillis(100)));
    await().until(() -> !client.connections().isEmpty()); // which may take longer than that
    CompletionStage<String> running = client.proxy(Held.class).hold("x");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    server.stop(StopMode.DRAIN);
    await().until(() -> client.connections().isEmpty());
    assertThatThrownBy(() -> client.proxy(Held.class).hold("y").toCompletableFuture().join())
        .cause()
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE);
              assertThat(e.notStarted()).isTrue();
            });
    assertThat(running.toCompletableFuture()).isNotDone();
    gate.countDown();
    assertThat(running.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("x");
    server.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void everyCallHasAKnownOutcomeWhenServersDrainUnderLoad() throws Exception {
    RpcServer server = fixture.start(fixture.server().service(Echo.class, text -> text));
    int port = server.port();
    RpcClient client = fixture.start(quick(fixture.client(server)));
    Echo echo = client.proxy(Echo.class);
    List<String> wrong = new CopyOnWriteArrayList<>();
    List<Thread> callers = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 50; i++) {
      String text = "text" + i;
      callers.add(
          Thread.startVirtualThread(() -> {
            while (done.getCount() > 0) {
              try {
                if (!echo.echo(text).equals(text)) {
                  wrong.add("the result of another call");
                }
              } catch (RpcException e) {
                if (!e.notStarted()) {
                  wrong.add(e.toString());
                }
              }
            }
          }));
    }
    for (int i = 0; i < 5; i++) {
      RpcServer draining = server;
      await()
          .until(
              () -> draining.peers().stream().anyMatch(peer -> peer.stats().callsReceived() > 500));
      draining.stop(StopMode.DRAIN_AND_WAIT);
      server =
          fixture.start(
              RpcServer.over(Server.tcp("127.0.0.1", port)).service(Echo.class, text -> text));
    }
    done.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void stoppingAClientEndsItsCallsFirst() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    RpcServer server = fixture.start(fixture.server().service(Held.class, held(begun, gate)));
    RpcClient client = fixture.start(fixture.client(server));
    Held proxy = client.proxy(Held.class);
    CompletionStage<String> running = proxy.hold("x");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    client.stop(StopMode.DRAIN);
    assertThatThrownBy(() -> proxy.hold("y").toCompletableFuture().join())
        .hasMessageContaining("the client was stopped");
    gate.countDown();
    assertThat(running.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("x");
    client.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  interface Asking {
    String ask(String text) throws InterruptedException;
  }

  interface Answering {
    String answer(String text);
  }

  @Test
  void theHandlerOfACallThatRunsMayCallBackWhileTheClientStops() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    Asking asking =
        text -> {
          begun.countDown();
          Fixture.await(gate);
          RpcPeer caller = CallContext.current().orElseThrow().peer();
          return caller.proxy(Answering.class).answer(text);
        };
    RpcServer server = fixture.start(fixture.server().service(Asking.class, asking));
    RpcClient client =
        fixture.start(fixture.client(server).service(Answering.class, text -> text + "!"));
    CompletionStage<String> running = client.callAsync("Asking/ask", String.class, "x");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    client.stop(StopMode.DRAIN);
    gate.countDown();
    assertThat(running.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("x!");
    client.whenStopped().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aClientSignsInOnEachConnectionBeforeItsCallsUseIt() {
    List<String> seen = new CopyOnWriteArrayList<>();
    RpcServer first =
        fixture.start(fixture.server().service(Echo.class, text -> seenBy(seen, text)));
    int port = first.port();
    RpcClient client =
        fixture.start(
            quick(fixture.client(first))
                .onConnect(peer -> peer.proxy(Echo.class).echo("signed in")));
    assertThat(client.proxy(Echo.class).echo("called")).isEqualTo("called");
    assertThat(seen).containsExactly("signed in", "called");
    first.stop(StopMode.NOW);
    await().until(() -> client.connections().stream().noneMatch(RpcPeer::isOpen));
    seen.clear();
    fixture.start(
        RpcServer.over(Server.tcp("127.0.0.1", port))
            .service(Echo.class, text -> seenBy(seen, text)));
    assertThat(client.proxy(Echo.class).echo("called")).isEqualTo("called");
    assertThat(seen).containsExactly("signed in", "called");
  }

  private static String seenBy(List<String> seen, String text) {
    seen.add(text);
    return text;
  }

  @Test
  void aConnectionWhoseOnConnectFailsIsNotUsed() {
    AtomicInteger attempts = new AtomicInteger();
    RpcServer server = fixture.start(fixture.server().service(Echo.class, text -> text));
    RpcClient client =
        fixture.start(
            quick(fixture.client(server))
                .connectionWait(Duration.ofMillis(200))
                .onConnect(peer -> {
                  attempts.incrementAndGet();
                  throw new IllegalStateException("wrong password");
                }));
    await().until(() -> attempts.get() > 1); // so one has failed
    assertThatThrownBy(() -> client.proxy(Echo.class).echo("x"))
        .isInstanceOf(RpcException.class)
        .hasMessageContaining("wrong password");
  }

  @Test
  void aServerFindsReconnectedPeersByKey() throws Exception {
    RpcServer server = fixture.start(fixture.server().peerKey(peer -> peer.greeting().get("user")));
    RpcClient client =
        fixture.start(
            quick(fixture.client(server))
                .greeting(Metadata.of("user", "ada"))
                .service(Echo.class, text -> "ada: " + text));
    await().until(() -> server.peer("ada").isPresent());
    RpcPeer before = server.peer("ada").orElseThrow();
    assertThat(before.key()).contains("ada");
    assertThat(before.proxy(Echo.class).echo("x")).isEqualTo("ada: x");
    before.session().close(StopMode.NOW);
    await().until(() -> server.peer("ada").filter(peer -> !peer.equals(before)).isPresent());
    assertThat(server.peer("ada").orElseThrow().proxy(Echo.class).echo("y")).isEqualTo("ada: y");
    assertThat(before.key()).isEmpty();
    assertThatThrownBy(() -> before.proxy(Echo.class).echo("z"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE));
    client.close();
    await().until(() -> server.peer("ada").isEmpty());
  }

  @Test
  void theNewestPeerTakesTheKey() throws Exception {
    RpcServer server = fixture.start(fixture.server().peerKey(peer -> peer.greeting().get("user")));
    fixture.start(
        fixture
            .client(server)
            .greeting(Metadata.of("user", "ada"))
            .service(Echo.class, text -> "first"));
    await().until(() -> server.peer("ada").isPresent());
    RpcPeer first = server.peer("ada").orElseThrow();
    fixture.start(
        fixture
            .client(server)
            .greeting(Metadata.of("user", "ada"))
            .service(Echo.class, text -> "second"));
    await().until(() -> first.key().isEmpty());
    assertThat(server.peer("ada").orElseThrow().proxy(Echo.class).echo("x")).isEqualTo("second");
    assertThat(first.proxy(Echo.class).echo("x")).isEqualTo("first");
    first.register("lovelace");
    assertThat(server.peer("lovelace")).contains(first);
  }

  @Test
  void closingAPeerEndsItsCallsFirst() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = fixture.gate();
    CompletableFuture<RpcPeer> peer = new CompletableFuture<>();
    RpcServer server =
        fixture.start(
            fixture.server().service(Held.class, held(begun, gate)).onPeer(peer::complete));
    RpcClient client = fixture.start(fixture.client(server));
    CompletionStage<String> running = client.proxy(Held.class).hold("x");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    peer.get().close();
    gate.countDown();
    assertThat(running.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("x");
    peer.get().whenClosed().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void callsOverUdpAreRefused() {
    assertThatThrownBy(() -> RpcServer.over(Server.udp(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("UDP");
    assertThatThrownBy(() -> RpcClient.over(Client.udp("127.0.0.1", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("UDP");
  }
}
