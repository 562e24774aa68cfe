package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.ResourceSnapshot;
import io.gannet.transport.CloseReason.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A peer that never reads: memory stays under the limit, then the policy, then the write stall. */
class NeverReadingPeerTest {

  private static final String TEXT = "x".repeat(10_000);
  private static final int QUEUE_LIMIT = 1 << 20;
  private static final long MIB = 1 << 20;

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final RecordingListener<String> listener = fixture.listener();

  private ServerBuilder<String> server() {
    return fixture
        .server()
        .listener(listener)
        .time(Fixture.timeOf(time))
        .socketOptions(SocketOptions.defaults().withBuffers(0, 16 * 1024));
  }

  private Session<String> connect(Server<String> server, List<RawPeer> peers) {
    int before = listener.sessions();
    peers.add(fixture.closing(RawPeer.connect(server.port(), 4096)));
    return listener.awaitSessions(before + 1).getLast();
  }

  @Test
  void queuedBytesStayWithinTheLimit() {
    Server<String> server = fixture.start(server().queuePolicy(QueuePolicy.DROP));
    List<Session<String>> sessions = new ArrayList<>();
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      sessions.add(connect(server, peers));
    }
    ResourceSnapshot before = ResourceSnapshot.take();

    for (int i = 0; i < 5_000; i++) {
      sessions.forEach(session -> session.send(TEXT)); // 50 MB each
    }

    assertThat(sessions)
        .allSatisfy(session -> {
          SessionStats stats = session.stats();
          assertThat(stats.queuedBytes()).isLessThanOrEqualTo(QUEUE_LIMIT + TEXT.length() + 4);
          assertThat(stats.messagesDropped()).isGreaterThan(4_000);
          assertThat(session.isOpen()).isTrue();
        });
    before.assertNothingLeftOver(16 * MIB, SOON);
  }

  @Test
  void aStalledWriteEndsTheSessionAndFailsWaitingSends() {
    List<RawPeer> peers = new ArrayList<>();
    Session<String> session = connect(fixture.start(server()), peers);
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              while (true) {
                session.send(TEXT);
              }
            },
            Thread::startVirtualThread);
    await().until(() -> session.stats().queueFull() > 0);
    await().until(() -> session.stats().queuedBytes() > QUEUE_LIMIT / 2);

    time.advance(Duration.ofSeconds(28));
    assertThat(listener.closes()).isEmpty();
    assertThat(sending).isNotDone();
    time.advance(Duration.ofSeconds(10));

    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.WRITE_STALLED);
    assertThat(reason.message()).contains("writeStallTimeout").contains("30");
    assertThat(sending)
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(SessionClosedException.class);
  }

  @Test
  void aPeerThatReadsSlowlyIsNotStalled() {
    List<RawPeer> peers = new ArrayList<>();
    Session<String> session = connect(fixture.start(server()), peers);
    while (session.trySend(TEXT)) {
      // until it is full
    }

    for (int i = 0; i < 8; i++) {
      peers.getFirst().readExactly(100_000);
      time.advance(Duration.ofSeconds(20));
    }

    assertThat(listener.closes()).isEmpty();
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void aStalledSessionIsDrainedOnlyUntilTheGraceEnds() {
    List<RawPeer> peers = new ArrayList<>();
    Server<String> server = fixture.start(server().time(TimeSource.system()));
    Session<String> session = connect(server, peers);
    while (session.trySend(TEXT)) {
      // until it is full
    }

    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT, Duration.ofMillis(100));

    assertThat(report.cut()).isEqualTo(1);
    assertThat(report.unsentBytes()).isBetween(1L, (long) QUEUE_LIMIT + TEXT.length());
    assertThat(listener.awaitClose().kind()).isIn(Kind.STOPPED, Kind.DRAIN_TIMEOUT);
    assertThatThrownBy(() -> session.send("late")).isInstanceOf(SessionClosedException.class);
  }

  @Test
  void aPeerThatNeverReadsDoesNotAffectOtherSessions() {
    RecordingListener<String> echo = fixture.echo();
    Server<String> server = fixture.start(server().listener(echo));
    RawPeer greedy = fixture.closing(RawPeer.connect(server.port(), 4096));
    CompletableFuture<Void> flood =
        CompletableFuture.runAsync(
            () -> {
              byte[] frame = TextCodec.frames(TEXT);
              while (true) {
                greedy.write(frame);
              }
            },
            Thread::startVirtualThread);
    Session<String> session = echo.awaitSession();
    await().until(() -> session.stats().queueFull() > 0 && session.stats().readPauses() > 0);

    RawPeer other = fixture.connect(server);
    other.write(TextCodec.frames("hello"));
    assertThat(other.readExactly(9)).isEqualTo(TextCodec.frames("hello"));
    SessionStats stats = session.stats();
    assertThat(stats.queuedBytes()).isLessThanOrEqualTo(QUEUE_LIMIT + TEXT.length() + 4);
    assertThat(stats.undispatchedMessages()).isLessThan(1024 + 100);
    session.close(StopMode.NOW);
    assertThat(flood).failsWithin(SOON);
  }
}
