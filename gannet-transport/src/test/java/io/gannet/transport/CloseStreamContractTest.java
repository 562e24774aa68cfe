package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing one session, seen from both sides. */
class CloseStreamContractTest extends StreamContract {

  private static final AttributeKey<SessionClosedException> FAILURE = AttributeKey.of("failure");

  @ParameterizedTest
  @EnumSource
  void closingIsReportedOnBothSides(StopMode mode) {
    Pair pair = connect(server(), listener());

    pair.clientSide().close(mode);

    assertThat(pair.atClient().awaitClose().kind()).isEqualTo(Kind.CLOSED);
    assertThat(pair.atServer().awaitClose().kind()).isIn(Kind.PEER_CLOSED, Kind.CONNECTION_LOST);
    assertThat(pair.clientSide().isOpen()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"DRAIN", "DRAIN_AND_WAIT"})
  void whatWasSentBeforeADrainArrives(StopMode mode) {
    Pair pair = connect(server(), listener());
    List<String> texts =
        IntStream.range(0, transport.many(5000)).mapToObj(i -> "text " + i).toList();

    texts.forEach(pair.clientSide()::send);
    pair.clientSide().close(mode);

    pair.atServer().awaitClose();
    assertThat(pair.atServer().messages()).isEqualTo(texts);
  }

  @ParameterizedTest
  @EnumSource
  void aSessionMayBeClosedFromOnOpen(StopMode mode) {
    RecordingListener<String> atServer = listener().whenOpen(session -> session.close(mode));
    Pair pair = connect(server(), atServer);

    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.CLOSED);
    assertThat(pair.atClient().awaitClose().kind()).isIn(Kind.PEER_CLOSED, Kind.CONNECTION_LOST);
    assertThat(atServer.events()).containsExactly("open", "close CLOSED");
  }

  @ParameterizedTest
  @EnumSource
  void aSessionClosedFromOnMessageReceivesNoFurtherMessages(StopMode mode) {
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, message) -> {
              if (message.equals("close")) {
                session.send("bye");
                session.close(mode);
              }
            });
    Pair pair = connect(server(), atServer);

    pair.clientSide().sendAll(List.of("a", "close", "b", "c"));

    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.CLOSED);
    pair.atClient().awaitClose();
    if (mode != StopMode.NOW) {
      assertThat(pair.atClient().messages()).containsExactly("bye");
    }
    assertThat(atServer.events()).startsWith("open", "message a", "message close");
    assertThat(atServer.events()).endsWith("close CLOSED");
  }

  @ParameterizedTest
  @EnumSource
  void aSessionMayBeClosedFromOnCronAndOnError(StopMode mode) {
    RecordingListener<String> atServer =
        listener()
            .whenCron(session -> {
              throw new IllegalStateException("to see onError");
            })
            .whenError((session, error) -> session.close(mode));
    Pair pair = connect(server().cron(Duration.ofMillis(10)), atServer);

    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.CLOSED);
    pair.atClient().awaitClose();
  }

  @ParameterizedTest
  @EnumSource
  void closingFromOnCloseDoesNothing(StopMode mode) {
    RecordingListener<String> atServer =
        listener().whenClose((session, reason) -> session.close(mode));
    Pair pair = connect(server(), atServer);

    pair.clientSide().close();

    assertThat(pair.serverSide().whenClosed().toCompletableFuture())
        .succeedsWithin(SOON)
        .satisfies(reason -> assertThat(reason.kind()).isEqualTo(Kind.PEER_CLOSED));
  }

  @Test
  void sendsAfterTheCloseFailWithTheReason() {
    Pair pair = connect(server(), listener());
    Session<String> session = pair.serverSide();
    pair.clientSide().close();
    await().until(() -> session.whenClosed().toCompletableFuture().isDone());

    assertThatThrownBy(() -> session.send("late"))
        .isInstanceOfSatisfying(
            SessionClosedException.class,
            e -> assertThat(e.reason().kind()).isEqualTo(Kind.PEER_CLOSED))
        .hasMessageContaining(session.name())
        .hasMessageContaining("PEER_CLOSED");
    assertThatThrownBy(() -> session.trySend("late")).isInstanceOf(SessionClosedException.class);
    assertThatThrownBy(() -> session.sendAll(List.of("late")))
        .isInstanceOf(SessionClosedException.class);
    assertThat(session.sendAsync("late"))
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(SessionClosedException.class);
    assertThat(pair.server().broadcast("late")).isZero();
  }

  @Test
  void sendingFromOnCloseFailsWithTheReason() {
    RecordingListener<String> atServer =
        listener()
            .whenClose((session, reason) -> {
              try {
                session.send("late");
              } catch (SessionClosedException e) {
                session.set(FAILURE, e);
              }
            });
    Pair pair = connect(server(), atServer);

    pair.clientSide().close();

    assertThat(pair.serverSide().whenClosed().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(pair.serverSide().get(FAILURE)).isNotNull().hasMessageContaining("PEER_CLOSED");
  }
}
