package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FaultProxy;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.CloseReason.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that loses its sessions. */
class ClientReconnectTest {

  private static final Backoff QUICK = Backoff.fixed(Duration.ofMillis(20));

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> atServer = fixture.echo();
  private final RecordingListener<String> atClient = fixture.listener();

  @ParameterizedTest
  @EnumSource
  void aClientReconnectsToARestartedServer(StopMode mode) {
    Server<String> first = fixture.start(fixture.server().listener(atServer));
    Client<String> client =
        fixture.start(
            fixture.client(first.port()).listener(atClient).reconnect(QUICK).observer(observer));
    Session<String> lost = client.session();

    first.stop(mode);
    fixture.start(Server.tcp("127.0.0.1", first.port()).codec(new TextCodec()).listener(atServer));

    await().until(() -> !lost.isOpen());
    Session<String> found = client.session(Fixture.SOON);
    assertThat(found).isNotSameAs(lost);
    found.send("again");
    assertThat(atClient.awaitMessages(1)).containsExactly("again");
    await().until(() -> observer.reconnected.equals(List.of(found)));
    assertThat(atClient.awaitClose().kind()).isIn(Kind.PEER_CLOSED, Kind.CONNECTION_LOST);
  }

  @Test
  void onlyTheLostSessionIsReplaced() {
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    FaultProxy proxy = fixture.closing(FaultProxy.to(server.port()));
    Client<String> client =
        fixture.start(
            fixture
                .client(proxy.port())
                .listener(atClient)
                .connections(5)
                .reconnect(QUICK)
                .observer(observer));
    List<Session<String>> sessions = atClient.awaitSessions(5);
    atServer.awaitSessions(5);

    proxy.connections().getFirst().reset();

    atClient.awaitSessions(6);
    await().until(() -> client.sessions().size() == 5);
    assertThat(sessions).filteredOn(Session::isOpen).hasSize(4);
    await().until(() -> observer.reconnected.size() == 1);
  }

  @Test
  void aSessionThatTheClientClosesIsReplacedToo() {
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    Client<String> client =
        fixture.start(fixture.client(server.port()).listener(atClient).reconnect(QUICK));

    client.session().close();

    atClient.awaitSessions(2);
    client.session(Fixture.SOON).send("again");
    assertThat(atClient.awaitMessages(1)).containsExactly("again");
  }

  @Test
  void withoutReconnectALostSessionIsNotReplaced() {
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    Client<String> client =
        fixture.start(
            fixture.client(server.port()).listener(atClient).noReconnect().observer(observer));

    client.session().close();

    atClient.awaitClose();
    assertThatThrownBy(() -> client.session(Fixture.SOON))
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("stopped reconnecting");
    assertThat(atClient.sessions()).isEqualTo(1);
    assertThat(observer.reconnected).isEmpty();
  }

  @Test
  void lostSessionsWhoseCallbacksBlockDoNotPileUp() {
    Gate gate = fixture.gate();
    atClient.whenMessage((session, text) -> gate.pass());
    RawServer server = fixture.closing(RawServer.start());
    Client<String> client =
        fixture.start(fixture.client(server.port()).listener(atClient).reconnect(QUICK));
    for (int lost = 1; lost <= 4; lost++) {
      RawPeer peer = fixture.closing(server.accept());
      peer.write(TextCodec.frames("x"));
      atClient.awaitMessages(lost);
      peer.reset();
    }
    await().until(() -> client.sessions().isEmpty());

    assertThatThrownBy(() -> client.session(Duration.ofMillis(500)))
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("callbacks of 4 lost sessions");
    assertThat(client.sessionCount()).isEqualTo(4);

    gate.open();
    fixture.closing(server.accept());
    assertThat(client.session(Fixture.SOON).isOpen()).isTrue();
  }

  @Test
  void sessionsThatAreDroppedAtOnceWaitForTheBackoff() {
    Backoff growing = Backoff.exponential(Duration.ofMillis(10), Duration.ofSeconds(60));
    Server<String> server =
        fixture.start(
            fixture.server().listener(atServer.whenOpen(session -> session.close(StopMode.NOW))));
    fixture.start(
        fixture.client(server.port()).listener(atClient).reconnect(growing).observer(observer));

    List<RecordingObserver.Failure> failures = observer.awaitFailures(5);

    for (int i = 0; i < 5; i++) {
      assertThat(failures.get(i).failures()).isEqualTo(i + 1);
      assertThat(failures.get(i).nextAttempt()).isEqualTo(Duration.ofMillis(10L << i));
    }
  }

  @Test
  void aSetupThatThrowsAtTheClientIsAFailedAttempt() {
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    fixture.start(
        fixture
            .client(server.port())
            .listener(atClient)
            .reconnect(QUICK)
            .observer(observer)
            .setup(setup -> {
              throw new IllegalStateException("not this one");
            }));

    assertThat(observer.awaitFailures(2))
        .allSatisfy(failure -> assertThat(failure.cause()).hasMessage("not this one"));
    assertThat(atClient.sessions()).isZero();
  }
}
