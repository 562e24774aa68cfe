package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Closing and stopping while a callback blocks, seen from both sides. */
class HeldCallbackStreamContractTest extends BlockingStreamContract {

  @Test
  void theDrainOfASessionWaitsForTheRunningCallbackButRefusesItsSends() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, message) -> {
              session.send("before the close");
              gate.pass();
              session.send("after it");
            });
    Pair pair = connect(server(), atServer);
    pair.clientSide().send("question");
    gate.awaitReached();

    pair.serverSide().close(StopMode.DRAIN);
    assertThat(pair.serverSide().isOpen()).isFalse();
    assertThat(pair.atServer().closes()).isEmpty();
    gate.open();

    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.CLOSED);
    pair.atClient().awaitClose();
    assertThat(pair.atClient().messages()).containsExactly("before the close");
    assertThat(atServer.errors()).singleElement().isInstanceOf(SessionClosedException.class);
  }

  @Test
  void closingNowEndsTheDrainOfASession() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, message) -> gate.pass());
    Pair pair = connect(server(), atServer);
    pair.clientSide().send("wait");
    gate.awaitReached();

    pair.serverSide().close(StopMode.DRAIN);
    pair.serverSide().close(StopMode.NOW);

    pair.atClient().awaitClose();
    gate.open();
    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void sessionsLeftAfterTheGraceAreCutAndReported() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, text) -> gate.pass());
    Pair pair = connect(server(), atServer);
    pair.clientSide().send("question");
    gate.awaitReached();

    StopReport report = pair.server().stop(StopMode.DRAIN_AND_WAIT, Duration.ofMillis(100));

    assertThat(report.cut()).isEqualTo(1);
    assertThat(report.drained()).isZero();
    assertThat(report.elapsed()).isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
    pair.atClient().awaitClose();
    gate.open();
    assertThat(atServer.awaitClose().kind()).isIn(Kind.STOPPED, Kind.DRAIN_TIMEOUT);
  }

  @Test
  void stoppingNowEndsTheDrainOfAServer() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, text) -> gate.pass());
    Pair pair = connect(server(), atServer);
    pair.clientSide().send("question");
    gate.awaitReached();
    CompletableFuture<StopReport> drain =
        CompletableFuture.supplyAsync(() -> pair.server().stop(StopMode.DRAIN_AND_WAIT));
    await().until(() -> !pair.server().isRunning());

    CompletableFuture<StopReport> now =
        CompletableFuture.supplyAsync(() -> pair.server().stop(StopMode.NOW));

    pair.atClient().awaitClose();
    gate.open();
    assertThat(now).succeedsWithin(SOON);
    assertThat(drain).succeedsWithin(SOON);
    assertThat(drain.join().cut()).isEqualTo(1);
    atServer.awaitClose();
  }
}
