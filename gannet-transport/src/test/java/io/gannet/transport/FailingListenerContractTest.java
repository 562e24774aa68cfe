package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.CloseReason.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listeners that throw in any callback. */
class FailingListenerContractTest extends TransportContract {

  @Test
  void anExceptionInOnMessageReachesOnErrorAndTheSessionContinues() {
    IllegalStateException thrown = new IllegalStateException("oops");
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, message) -> {
              if (message.equals("bad")) {
                throw thrown;
              }
              session.send(message);
            });
    Pair pair = connect(server(), atServer);

    pair.clientSide().send("bad");
    pair.clientSide().send("good");

    assertThat(pair.atClient().awaitMessages(1)).containsExactly("good");
    assertThat(atServer.errors()).containsExactly(thrown);
    assertThat(atServer.events())
        .containsExactly("open", "message bad", "error IllegalStateException", "message good");
    assertThat(pair.serverSide().isOpen()).isTrue();
  }

  @Test
  void anErrorThrownByOnMessageDoesNotEndTheSession() {
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, message) -> {
              if (message.equals("bad")) {
                throw new StackOverflowError("not really");
              }
              session.send(message);
            });
    Pair pair = connect(server(), atServer);

    pair.clientSide().send("bad");
    pair.clientSide().send("good");

    assertThat(pair.atClient().awaitMessages(1)).containsExactly("good");
    assertThat(atServer.awaitError()).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void anExceptionInOnCronReachesOnErrorAndCronContinues() {
    RecordingListener<String> atServer =
        listener()
            .whenCron(session -> {
              throw new IllegalStateException("cron");
            });
    Pair pair = connect(server().cron(Duration.ofMillis(10)), atServer);

    atServer.awaitCrons(3);

    assertThat(atServer.awaitErrors(2)).allSatisfy(e -> assertThat(e).hasMessage("cron"));
    assertThat(pair.serverSide().isOpen()).isTrue();
  }

  @Test
  void anExceptionInOnMessageMayBeSetToCloseTheSessionAfterOnError() {
    IllegalStateException thrown = new IllegalStateException("oops");
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, message) -> {
              if (message.equals("bad")) {
                throw thrown;
              }
              session.send(message);
            })
            .whenError((session, error) -> session.send("failed"));
    Pair pair = connect(server().closeOnListenerFailure(), atServer);

    // On UDP, a datagram that arrives after the close opens a new session.
    pair.clientSide()
        .sendAll(
            transport.isStream() ? List.of("good", "bad", "too late") : List.of("good", "bad"));

    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.LISTENER_FAILED);
    assertThat(reason.message()).contains("onMessage threw").contains("oops");
    assertThat(reason.cause()).isSameAs(thrown);
    assertThat(atServer.events())
        .containsExactly(
            "open",
            "message good",
            "message bad",
            "error IllegalStateException",
            "close LISTENER_FAILED");
    assertThat(pair.atClient().awaitMessages(2)).containsExactly("good", "failed");
  }

  @Test
  void anExceptionInOnCronMayBeSetToCloseTheSession() {
    RecordingListener<String> atServer =
        listener()
            .whenCron(session -> {
              throw new IllegalStateException("cron");
            });
    connect(server().cron(Duration.ofMillis(10)).closeOnListenerFailure(), atServer);

    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.LISTENER_FAILED);
    assertThat(atServer.crons()).isEqualTo(1);
  }
}
