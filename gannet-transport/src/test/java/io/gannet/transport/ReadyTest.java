package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason.Kind;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions that count as open once their listener has called ready. */
class ReadyTest {

  private static final Backoff QUICK = Backoff.fixed(Duration.ofMillis(20));

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> atServer = fixture.listener();

  /** Signs in, and calls ready after the server's welcome. */
  private final RecordingListener<String> atClient =
      fixture
          .listener()
          .whenOpen(session -> session.send("let me in"))
          .whenMessage((session, text) -> {
            if (text.equals("welcome")) {
              session.ready();
            } else if (text.equals("go away")) {
              session.close(4001, "the server refuses us");
            }
          });

  private static List<Dispatch> dispatches() {
    return List.of(Dispatch.virtual(), Dispatch.eventLoop());
  }

  private Server<String> server() {
    return fixture.start(fixture.server().listener(atServer));
  }

  private ClientBuilder<String> client(int port) {
    return fixture.client(port).awaitReady().reconnect(QUICK).listener(atClient).observer(observer);
  }

  @ParameterizedTest
  @MethodSource("dispatches")
  void aSessionIsAvailableOnceItIsReady(Dispatch dispatch) {
    Server<String> server = server();
    Client<String> client = fixture.start(client(server.port()).dispatch(dispatch));
    assertThat(atServer.awaitMessages(1)).containsExactly("let me in");

    assertThat(client.trySession()).isEmpty();
    assertThat(client.sessions()).isEmpty();
    assertThat(client.broadcast("too early")).isZero();
    assertThatThrownBy(() -> client.session(Duration.ofMillis(10)))
        .isInstanceOf(NoSessionException.class);

    atServer.awaitSession().send("welcome");

    Session<String> session = client.session(SOON);
    assertThat(client.sessions()).containsExactly(session);
    assertThat(client.broadcast("now")).isEqualTo(1);
    assertThat(atServer.awaitMessages(2)).containsExactly("let me in", "now");
    session.ready(); // once more does nothing
    assertThat(observer.failures()).isEmpty();
    assertThat(observer.reconnected).isEmpty();
  }

  @Test
  void aSessionMayBeReadyInOnOpen() {
    atClient.whenOpen(Session::ready);

    Client<String> client = fixture.start(client(server().port()));

    assertThat(client.session(SOON).isOpen()).isTrue();
  }

  @Test
  void aSessionThatIsNotReadyInTimeIsAFailedAttempt() {
    Client<String> client =
        fixture.start(client(server().port()).connectTimeout(Duration.ofMillis(100)));

    assertThat(observer.awaitFailures(2).getLast())
        .satisfies(failure -> {
          assertThat(failure.failures()).isEqualTo(2);
          assertThat(failure.cause()).hasMessageContainingAll("100 ms", "Session.ready");
        });
    assertThat(atClient.awaitClose().kind()).isEqualTo(Kind.NOT_READY);
    assertThatThrownBy(client::session).hasMessageContaining("Session.ready");
  }

  @Test
  void aRefusedSessionFailsTheAttemptWithTheReason() {
    atServer.whenMessage((session, text) -> session.send("go away"));
    Client<String> client = fixture.start(client(server().port()).noReconnect());

    assertThatThrownBy(() -> client.session(SOON))
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("the server refuses us");
    assertThat(observer.awaitFailures(1).getFirst().nextAttempt()).isNull();
  }

  @Test
  void aReconnectedSessionSignsInAgain() {
    atServer.whenMessage((session, text) -> session.send("welcome"));
    Client<String> client = fixture.start(client(server().port()));
    Session<String> first = client.session(SOON);

    first.close();

    await().until(() -> observer.reconnected.size() == 1);
    assertThat(client.session(SOON)).isNotSameAs(first);
    assertThat(atServer.messages()).containsExactly("let me in", "let me in");
  }

  @Test
  void anAddressWithoutAReadySessionIsSkipped() {
    Server<String> silent = server();
    RecordingListener<String> welcoming =
        fixture.listener().whenMessage((session, text) -> session.send("welcome"));
    fixture.start(
        Server.tcp("127.0.0.2", silent.port()).codec(new TextCodec()).listener(welcoming));

    Client<String> client =
        fixture.start(
            Client.tcp(TestNames.of("127.0.0.1", "127.0.0.2"), silent.port())
                .codec(new TextCodec())
                .awaitReady()
                .connectTimeout(Duration.ofMillis(500))
                .listener(atClient)
                .observer(observer));

    Session<String> session = client.session(SOON);
    assertThat(((InetSocketAddress) session.remoteAddress()).getAddress().getHostAddress())
        .isEqualTo("127.0.0.2");
    assertThat(observer.failures()).isEmpty();
  }

  @Test
  void aClientCanBeStoppedWhileASessionIsNotReady() {
    Client<String> client = fixture.start(client(server().port()));
    atServer.awaitMessages(1);

    client.stop(StopMode.DRAIN_AND_WAIT);

    assertThat(client.whenStopped().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(atClient.awaitClose().kind()).isEqualTo(Kind.STOPPED);
    assertThat(observer.failures()).isEmpty();
  }

  @Test
  void readyHasNoEffectWithoutAwaitReady() {
    atServer.whenOpen(Session::ready);
    Client<String> client =
        fixture.start(fixture.client(server().port()).listener(atClient.whenOpen(Session::ready)));

    assertThat(client.session(SOON).isOpen()).isTrue();
  }
}
