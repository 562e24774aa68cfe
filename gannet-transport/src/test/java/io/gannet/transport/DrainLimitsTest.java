package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The time limits of opening and closing a session, with a clock that the tests advance. */
class DrainLimitsTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final Gate gate = fixture.gate();
  private final RecordingListener<String> listener = fixture.listener();

  private ServerBuilder<String> server() {
    return fixture.server().listener(listener).time(Fixture.timeOf(time)).drainGrace(HOUR);
  }

  /** Connects a session whose callback waits at the gate. */
  private RawPeer connectAndHold(Server<String> server) {
    RawPeer peer = fixture.connect(server);
    peer.write(frames("hold"));
    gate.awaitReached();
    return peer;
  }

  /**
   * Advances the clock until no session is connected, and gives up long before an hour has passed.
   * Advances in steps, because the I/O thread may learn of a grace period only after the first
   * ones.
   */
  private void passUntilCut(Server<String> server) {
    await()
        .until(() -> {
          time.advance(Duration.ofSeconds(1));
          return server.sessions().isEmpty();
        });
  }

  @Test
  void aStopWithAShorterGraceShortensARunningDrain() {
    listener.whenMessage((session, text) -> gate.pass());
    Server<String> server = fixture.start(server());
    RawPeer peer = connectAndHold(server);

    assertThat(server.stop(StopMode.DRAIN).stillRunning()).isEqualTo(1);
    time.advance(Duration.ofSeconds(30));
    assertThat(server.stop(StopMode.DRAIN, Duration.ofSeconds(2)).stillRunning()).isEqualTo(1);
    passUntilCut(server);

    peer.expectGone(SOON);
    gate.open();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DRAIN_TIMEOUT);
  }

  @Test
  void aStopWithALongerGraceDoesNotProlongADrain() {
    listener.whenMessage((session, text) -> gate.pass());
    Server<String> server = fixture.start(server());
    RawPeer peer = connectAndHold(server);

    server.stop(StopMode.DRAIN, Duration.ofSeconds(2));
    server.stop(StopMode.DRAIN, HOUR);
    passUntilCut(server);

    peer.expectGone(SOON);
    gate.open();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DRAIN_TIMEOUT);
  }

  @Test
  void aStopWithAShorterGraceEndsClosingSessions() {
    listener.whenMessage((session, text) -> gate.pass());
    Server<String> server = fixture.start(server());
    RawPeer peer = connectAndHold(server);

    listener.awaitSession().close(StopMode.DRAIN);
    server.stop(StopMode.DRAIN, Duration.ofSeconds(2));
    passUntilCut(server);

    peer.expectGone(SOON);
    gate.open();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DRAIN_TIMEOUT);
  }

  @Test
  void aStopNowEndsClosingSessions() {
    listener.whenMessage((session, text) -> gate.pass());
    Server<String> server = fixture.start(server());
    RawPeer peer = connectAndHold(server);

    listener.awaitSession().close(StopMode.DRAIN);
    server.stop(StopMode.NOW);

    peer.expectGone(SOON);
    gate.open();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void aPeerThatBrokeTheProtocolGetsAShorterGrace() {
    RawPeer peer = fixture.connect(fixture.start(server()));
    peer.write(TextCodec.header(-1));
    peer.expectEnd(SOON);
    assertThat(listener.closes()).isEmpty();

    time.advance(Duration.ofSeconds(2));

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
  }

  @ParameterizedTest
  @EnumSource
  void aStopAcceptsTheLongestDuration(StopMode mode) {
    Server<String> server = fixture.start(server());
    fixture.start(fixture.client(server.port()).listener(fixture.listener()));
    listener.awaitSession();

    StopReport report = server.stop(mode, FOREVER);

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.STOPPED);
    assertThat(report.unsentBytes()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aCloseAcceptsTheLongestDuration(StopMode mode) {
    Server<String> server = fixture.start(server().drainGrace(FOREVER));
    RecordingListener<String> atClient = fixture.listener();
    Client<String> client =
        fixture.start(fixture.client(server.port()).listener(atClient).noReconnect());
    Session<String> session = listener.awaitSession();
    client.session(FOREVER).send("hello");
    listener.awaitMessages(1);

    session.send("bye");
    session.close(mode);

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CLOSED);
    atClient.awaitCloses(1);
    if (mode != StopMode.NOW) {
      assertThat(atClient.messages()).containsExactly("bye");
    }
  }

  @Test
  void heartbeatsBeginWhenOnOpenHasReturned() {
    listener.whenOpen(session -> gate.pass());
    Server<String> server =
        fixture.start(server().heartbeat(Duration.ofSeconds(10), Duration.ZERO, session -> "beat"));
    RawPeer peer = fixture.connect(server);
    gate.awaitReached();
    Session<String> session = listener.awaitSession();

    time.advance(Duration.ofSeconds(35));
    assertThat(session.stats().messagesOut()).isZero();
    gate.open();
    await().until(() -> server.sessions().size() == 1);
    time.advance(Duration.ofSeconds(12));

    assertThat(peer.readExactly(8)).isEqualTo(frames("beat"));
  }
}
