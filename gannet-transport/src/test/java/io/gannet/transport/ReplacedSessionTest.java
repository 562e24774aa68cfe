package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.test.FaultProxy;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A session whose peer is draining, and the session that replaces it. */
class ReplacedSessionTest {

  private static final Duration DELAY = Duration.ofMillis(10);
  private static final Duration A_WHILE = Duration.ofSeconds(1);

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final RecordingObserver observer = new RecordingObserver();
  private final RecordingListener<String> atServer = fixture.echo();
  private final RecordingListener<String> atClient = fixture.listener();
  private final Server<String> server = fixture.start(fixture.server().listener(atServer));
  private final FaultProxy proxy = fixture.closing(FaultProxy.to(server.port()));

  private ClientBuilder<String> client() {
    return fixture
        .client(proxy.port())
        .listener(atClient)
        .reconnect(Backoff.exponential(DELAY, Duration.ofSeconds(30)))
        .observer(observer)
        .time(Fixture.timeOf(time));
  }

  @Test
  void aStableSessionIsReplacedAtOnceAndContinues() {
    Client<String> client = fixture.start(client());
    Session<String> old = client.session(SOON);
    time.advance(A_WHILE);

    old.replace();
    old.replace();

    Session<String> next = client.session(SOON);
    assertThat(next).isNotSameAs(old);
    assertThat(client.sessions()).containsExactlyInAnyOrder(old, next);
    old.send("still");
    assertThat(atClient.awaitMessages(1)).containsExactly("still");
    await().until(() -> observer.reconnected.equals(List.of(next)));
    assertThat(observer.failures()).isEmpty();

    old.close();
    atClient.awaitClose();
    time.advance(Duration.ofMinutes(1));
    assertThat(client.session(SOON)).isSameAs(next);
    assertThat(proxy.accepted()).isEqualTo(2);
  }

  @Test
  void sessionsReplacedAtOnceWaitForTheBackoff() {
    atClient.whenOpen(Session::replace);
    fixture.start(client());

    for (int sessions = 1; sessions < 6; sessions++) {
      Duration delay = DELAY.multipliedBy(1L << (sessions - 1));
      atClient.awaitSessions(sessions);
      await().untilAsserted(() -> assertThat(time.untilNext()).isEqualTo(delay));
      assertThat(proxy.accepted()).isEqualTo(sessions);
      time.advance(delay);
    }
  }

  @Test
  void whenAReplacedSessionEndsTheBackoffStartsAgain() {
    Client<String> client = fixture.start(client());
    Session<String> old = client.session(SOON);
    time.advance(A_WHILE);
    proxy.refuse(true);
    old.replace();
    for (int failures = 1; failures < 6; failures++) {
      observer.awaitFailures(failures);
      Duration delay = DELAY.multipliedBy(1L << (failures - 1));
      await().untilAsserted(() -> assertThat(time.untilNext()).isEqualTo(delay));
      if (failures < 5) {
        time.advance(delay);
      }
    }
    proxy.refuse(false);

    old.close();

    atClient.awaitClose();
    await().until(() -> DELAY.equals(time.untilNext()));
    time.advance(DELAY);
    assertThat(client.session(SOON)).isNotSameAs(old);
  }

  @Test
  void stoppingTheClientClosesBoth() {
    Client<String> client = fixture.start(client());
    Session<String> old = client.session(SOON);
    time.advance(A_WHILE);
    old.replace();
    client.session(SOON);

    client.close();

    assertThat(atClient.awaitCloses(2))
        .allMatch(reason -> reason.kind() == CloseReason.Kind.STOPPED);
    assertThat(client.sessionCount()).isZero();
  }

  @Test
  void aSessionThatIsReplacedBeforeItIsReadyIsNotPicked() {
    Client<String> client = fixture.start(client().awaitReady());
    Session<String> old = atClient.awaitSession();
    old.replace();
    old.ready();
    await().until(() -> DELAY.equals(time.untilNext()));
    assertThat(client.trySession()).isEmpty();
    time.advance(DELAY);
    atClient.awaitSessions(2).getLast().ready();
    assertThat(client.session(SOON)).isNotSameAs(old);
  }

  @Test
  void withoutReconnectASessionIsNotReplaced() {
    Client<String> client = fixture.start(client().noReconnect());
    Session<String> old = client.session(SOON);
    time.advance(A_WHILE);

    old.replace();

    assertThatThrownBy(() -> client.session(SOON)).hasMessageContaining("stopped reconnecting");
    assertThat(client.hasGivenUp()).isTrue();
    assertThat(old.isOpen()).isTrue();
  }

  @Test
  void aServerThatStopsAcceptingKeepsItsSessions(@TempDir Path directory) {
    // Another process could take the free TCP port in between, but not this path.
    String path = directory.resolve("it.sock").toString();
    Server<String> leaving =
        fixture.start(Server.unix(path).codec(new TextCodec()).listener(atServer));
    Session<String> session =
        fixture.start(Client.unix(path).codec(new TextCodec()).listener(atClient)).session(SOON);
    atServer.awaitSession().replace(); // which means nothing to a server

    leaving.stopAccepting();
    leaving.stopAccepting();

    assertThatThrownBy(() -> SocketChannel.open(UnixDomainSocketAddress.of(path)))
        .isInstanceOf(IOException.class);
    RecordingListener<String> atNext = fixture.listener();
    fixture.start(Server.unix(path).codec(new TextCodec()).listener(atNext));
    fixture.start(Client.unix(path).codec(new TextCodec()).listener(fixture.listener()));
    atNext.awaitSession();
    session.send("still");
    assertThat(atClient.awaitMessages(1)).containsExactly("still");
    assertThat(leaving.isRunning()).isTrue();
  }
}
