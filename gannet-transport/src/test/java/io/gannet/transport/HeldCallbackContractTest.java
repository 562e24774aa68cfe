package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason.Kind;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Closing and stopping while a callback blocks. */
class HeldCallbackContractTest extends BlockingTransportContract {

  @Test
  void theDrainOfAServerWaitsForTheRunningCallback() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, text) -> {
              gate.pass();
              session.send("answer");
            });
    Pair pair = connect(server(), atServer);
    pair.clientSide().send("question");
    gate.awaitReached();

    CompletableFuture<StopReport> stop =
        CompletableFuture.supplyAsync(() -> pair.server().stop(StopMode.DRAIN_AND_WAIT));
    await().until(() -> !pair.server().isRunning());
    assertThat(stop).isNotDone();
    gate.open();

    assertThat(stop).succeedsWithin(SOON);
    assertThat(stop.join().drained()).isEqualTo(1);
    assertThat(pair.atClient().awaitMessages(1)).containsExactly("answer");
  }

  @Test
  void startingADrainReturnsAtOnce() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, text) -> gate.pass());
    Pair pair = connect(server(), atServer);
    pair.clientSide().send("question");
    gate.awaitReached();

    StopReport report = pair.server().stop(StopMode.DRAIN);

    assertThat(report.stillRunning()).isEqualTo(1);
    assertThat(report.drained() + report.cut()).isZero();
    assertThat(atServer.closes()).isEmpty();
    gate.open();
    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.STOPPED);
  }
}
