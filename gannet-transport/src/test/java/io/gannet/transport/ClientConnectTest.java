package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FaultProxy;
import io.gannet.testkit.RawServer;
import io.gannet.transport.RecordingObserver.Failure;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client whose server is missing or isn't the expected one. */
class ClientConnectTest {

  private static final Backoff QUICK = Backoff.fixed(Duration.ofMillis(20));

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> listener = fixture.listener();

  /** A port on which nothing listens while the proxy is open. */
  private FaultProxy nobody() {
    FaultProxy proxy = fixture.closing(FaultProxy.to(1));
    proxy.refuse(true);
    return proxy;
  }

  private Client<String> start(ClientBuilder<String> builder) {
    return fixture.start(builder.listener(listener).observer(observer));
  }

  @Test
  void aRefusedConnectIsRetriedUntilTheServerListens() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.echo()));
    FaultProxy proxy = nobody();
    proxy.redirect(server.port());
    Client<String> client = start(fixture.client(proxy.port()).reconnect(QUICK));
    List<Failure> failures = observer.awaitFailures(3);
    assertThat(client.trySession()).isEmpty();
    for (int i = 0; i < 3; i++) {
      assertThat(failures.get(i).failures()).isEqualTo(i + 1);
      assertThat(failures.get(i).cause()).isInstanceOf(ConnectException.class);
      assertThat(failures.get(i).nextAttempt()).isEqualTo(Duration.ofMillis(20));
    }

    CompletableFuture<Session<String>> waiting =
        CompletableFuture.supplyAsync(() -> client.session(SOON));
    proxy.refuse(false);

    assertThat(waiting).succeedsWithin(SOON);
    waiting.join().send("hello");
    assertThat(listener.awaitMessages(1)).containsExactly("hello");
    assertThat(observer.reconnected).isEmpty();
  }

  @Test
  void waitingForASessionInVainReportsTheReason() {
    FaultProxy proxy = nobody();
    Client<String> client =
        start(
            fixture
                .client(proxy.port())
                .reconnect(QUICK)
                .name("shop")
                .connections(2)
                .connectTimeout(Duration.ofMillis(200)));
    observer.awaitFailures(2);

    assertThatThrownBy(client::session)
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("shop")
        .hasMessageContaining("0 of 2 connections")
        .hasMessageContaining("connectTimeout")
        .hasMessageContaining("refused")
        .hasMessageContaining(Integer.toString(proxy.port()))
        .hasCauseInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> client.session(Duration.ZERO)).isInstanceOf(NoSessionException.class);
  }

  @Test
  void aConnectThatGetsNoAnswerEndsWithTheTimeout() {
    try (RawServer full = RawServer.startFull()) {
      start(fixture.client(full.port()).reconnect(QUICK).connectTimeout(Duration.ofMillis(100)));

      assertThat(observer.awaitFailures(2))
          .allSatisfy(failure ->
              assertThat(failure.cause())
                  .isInstanceOf(ConnectException.class)
                  .hasMessageContaining("100 ms")
                  .hasMessageContaining(Integer.toString(full.port())));
    }
  }

  @Test
  void anUnreachableAddressFailsTheAttempt() {
    // Linux and macOS refuse to route TCP to the broadcast address.
    Client<String> client =
        start(Client.tcp("255.255.255.255", 9).codec(new TextCodec()).reconnect(QUICK));

    assertThat(observer.awaitFailures(2))
        .allSatisfy(failure -> assertThat(failure.cause()).isNotNull());
    assertThat(client.isRunning()).isTrue();
  }

  @Test
  void theFailureOfAnUnknownNameContainsTheName() {
    start(Client.tcp("no-such-host.invalid", 9).codec(new TextCodec()).reconnect(QUICK));

    assertThat(observer.awaitFailures(2).getFirst().cause())
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void aClientGivesUpAfterTheMaximumNumberOfFailures() {
    FaultProxy proxy = nobody();
    Client<String> client = start(fixture.client(proxy.port()).reconnect(QUICK.withMaxAttempts(3)));

    CompletableFuture<Session<String>> waiting =
        CompletableFuture.supplyAsync(() -> client.session(SOON));

    List<Failure> failures = observer.awaitFailures(3);
    assertThat(failures.get(2).failures()).isEqualTo(3);
    assertThat(failures.get(2).nextAttempt()).isNull();
    assertThatThrownBy(waiting::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NoSessionException.class)
        .hasMessageContaining("stopped reconnecting")
        .hasMessageContaining("3 attempts");
    proxy.refuse(false);
    assertThat(observer.failures()).hasSize(3);
    assertThat(client.isRunning()).isTrue();
  }

  @Test
  void aClientWithoutReconnectTriesOnce() {
    FaultProxy proxy = nobody();
    Client<String> client = start(fixture.client(proxy.port()).noReconnect());

    assertThat(observer.awaitFailures(1))
        .singleElement()
        .satisfies(failure -> assertThat(failure.nextAttempt()).isNull());
    assertThatThrownBy(() -> client.session(SOON)).isInstanceOf(NoSessionException.class);
  }

  @Test
  void aConnectionToItselfIsDetectedAndClosed() {
    int port = nobody().port();
    // Both sides have the same port. With ephemeral ports, this also happens by chance.
    Client<String> client =
        start(
            fixture
                .client(port)
                .localAddress("127.0.0.1", port)
                .reconnect(Backoff.fixed(Duration.ofSeconds(60))));

    assertThat(observer.awaitFailures(1).getFirst().cause())
        .hasMessageContaining("itself")
        .hasMessageContaining(Integer.toString(port));
    assertThat(client.trySession()).isEmpty();
    assertThat(listener.sessions()).isZero();
  }

  @Test
  void aClientMayBindALocalAddress() {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    start(fixture.client(server.port()).localAddress("127.0.0.2", 0));

    assertThat(atServer.awaitSession().remoteAddress().toString()).contains("127.0.0.2");
  }

  @Test
  void aLocalPortIsReusedForTheNextConnection() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.listener()));
    int port;
    try (RawServer free = RawServer.start()) {
      port = free.port();
    }
    Client<String> client =
        start(fixture.client(server.port()).localAddress("127.0.0.1", port).reconnect(QUICK));

    client.session(SOON).close(); // first, so that the kernel keeps the port for a while

    listener.awaitSessions(2);
    assertThat(((InetSocketAddress) client.session(SOON).localAddress()).getPort()).isEqualTo(port);
  }

  @Test
  void connectionsCannotShareALocalPort() {
    ClientBuilder<String> builder =
        fixture.client(9).listener(listener).localAddress("127.0.0.1", 4711).connections(2);

    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("2 connections", "4711", "localAddress");
    assertThatThrownBy(() -> fixture.client(9).localAddress("no-such-host.invalid", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void sessionsAreReturnedInTurn() {
    int connections = 4;
    Server<String> server = fixture.start(fixture.server().listener(fixture.listener()));
    Client<String> client = start(fixture.client(server.port()).connections(connections));
    await().until(() -> client.sessions().size() == connections);

    Set<Session<String>> seen = new HashSet<>();
    for (int i = 0; i < connections; i++) {
      seen.add(client.session());
    }

    assertThat(seen).hasSize(connections);
    assertThat(client.trySession()).isPresent();
  }

  @Test
  void aClosedSessionIsNotReturned() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.listener()));
    Client<String> client = start(fixture.client(server.port()).connections(2).noReconnect());
    await().until(() -> client.sessions().size() == 2);

    Session<String> closed = client.session();
    closed.close();

    for (int i = 0; i < 10; i++) {
      assertThat(client.session()).isNotSameAs(closed);
    }
  }

  @Test
  void waitingForASessionOnAnIoThreadFailsAtOnce() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.echo()));
    Client<String> lonely = start(fixture.client(nobody().port()).reconnect(QUICK));
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Client<String> client =
        fixture.start(
            fixture
                .client(server.port())
                .dispatch(Dispatch.eventLoop())
                .onMessage((session, text) -> {
                  try {
                    lonely.session(Duration.ofSeconds(30));
                  } catch (NoSessionException e) {
                    failure.complete(e);
                  }
                }));

    client.session().send("hello");

    assertThat(failure)
        .succeedsWithin(SOON)
        .satisfies(e -> assertThat(e).hasMessageContaining("I/O thread"));
  }

  @Test
  void stoppingRightAfterStartingReleasesEverything() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.listener()));
    for (StopMode mode : StopMode.values()) {
      for (int i = 0; i < 10; i++) {
        Client<String> client = start(fixture.client(server.port()).connections(5));
        client.stop(mode);
        assertThat(client.isRunning()).isFalse();
        assertThat(client.whenStopped().toCompletableFuture()).succeedsWithin(SOON);
        assertThat(client.sessionCount()).isZero();
      }
    }
    await().until(() -> server.sessionCount() == 0);
  }

  @Test
  void stoppingEndsTheWaitForASession() {
    Client<String> client = start(fixture.client(nobody().port()).reconnect(QUICK));
    CompletableFuture<Session<String>> waiting =
        CompletableFuture.supplyAsync(() -> client.session(Duration.ofMinutes(1)));
    observer.awaitFailures(2);

    client.stop(StopMode.NOW);

    assertThatThrownBy(waiting::get)
        .hasCauseInstanceOf(NoSessionException.class)
        .hasMessageContaining("stopped");
  }
}
