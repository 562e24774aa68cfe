package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stopping a server or a client. */
class StopContractTest extends TransportContract {

  @Test
  void aDrainReportsTheDrainedSessions() {
    RecordingListener<String> atServer = listener();
    Server<String> server = start(server().listener(atServer));
    start(client(server).listener(listener()).connections(5));
    atServer.awaitSessions(5);

    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);

    assertThat(report.drained()).isEqualTo(5);
    assertThat(report.cut()).isZero();
    assertThat(report.stillRunning()).isZero();
    assertThat(report.elapsed()).isLessThan(Duration.ofSeconds(5));
    assertThat(atServer.closes()).hasSize(5);
    assertThat(server.sessionCount()).isZero();
  }

  @Test
  void aSecondStopJoinsTheFirst() {
    RecordingListener<String> atServer = listener();
    Server<String> server = start(server().listener(atServer));
    start(client(server).listener(listener()).connections(8));
    atServer.awaitSessions(8);

    List<CompletableFuture<StopReport>> stops =
        IntStream.range(0, 8)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> server.stop(StopMode.DRAIN_AND_WAIT)))
            .toList();

    assertThat(stops).allSatisfy(stop -> assertThat(stop).succeedsWithin(SOON));
    assertThat(server.stop(StopMode.NOW).stillRunning()).isZero();
    server.close();
    assertThat(atServer.closes()).hasSize(8);
  }

  @ParameterizedTest
  @EnumSource
  void stoppingWhileClientsConnectLeavesNoSession(StopMode mode) {
    for (int round = 0; round < 3; round++) {
      RecordingListener<String> atServer = listener();
      RecordingListener<String> atClient = listener();
      Server<String> server = start(server().listener(atServer));
      Client<String> client =
          start(client(server).listener(atClient).connections(10).noReconnect());
      if (round > 0) {
        atServer.awaitSessions(round);
      }

      server.stop(mode);

      client.stop(StopMode.NOW);
      await().until(() -> server.sessionCount() == 0 && client.sessionCount() == 0);
      atServer.assertContractAfterClose();
      atClient.assertContractAfterClose();
    }
  }
}
