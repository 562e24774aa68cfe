package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason.Kind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Listeners that throw, seen from their peers. */
class FailingListenerStreamContractTest extends StreamContract {

  @Test
  void anExceptionInOnOpenRefusesTheSession() {
    IOException thrown = new IOException("not you");
    RecordingListener<String> atServer =
        listener()
            .whenOpen(session -> {
              throw thrown;
            });
    Pair pair = connect(server(), atServer);

    assertThat(pair.atClient().awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.REFUSED);
    assertThat(reason.cause()).isSameAs(thrown);
    assertThat(reason.message()).contains("not you");
    assertThat(atServer.messages()).isEmpty();
    assertThat(atServer.events()).startsWith("open").endsWith("close REFUSED");
    await().until(() -> pair.server().sessionCount() == 0);
  }

  @Test
  void exceptionsInOnErrorAndOnCloseHaveNoEffect() {
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, message) -> {
              throw new IllegalStateException("first");
            })
            .whenError((session, error) -> {
              throw new IllegalStateException("second");
            })
            .whenClose((session, reason) -> {
              throw new IllegalStateException("third");
            });
    Pair pair = connect(server(), atServer);

    pair.clientSide().send("1");
    pair.clientSide().send("2");
    atServer.awaitMessages(2);
    pair.clientSide().close();

    assertThat(pair.serverSide().whenClosed().toCompletableFuture())
        .succeedsWithin(Fixture.SOON)
        .satisfies(reason -> assertThat(reason.kind()).isEqualTo(Kind.PEER_CLOSED));
    await().until(() -> pair.server().sessionCount() == 0);
    assertThat(atServer.errors()).hasSize(2);
  }

  /** An exception that can't even be logged. */
  private static final class Unprintable extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  @Test
  void anExceptionWhoseToStringThrowsHasNoEffectInAnyCallback() {
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, message) -> {
              throw new Unprintable();
            })
            .whenError((session, error) -> {
              throw new Unprintable();
            })
            .whenClose((session, reason) -> {
              throw new Unprintable();
            });
    Pair pair = connect(server(), atServer);

    pair.clientSide().send("1");
    pair.clientSide().send("2");
    atServer.awaitMessages(2);
    pair.clientSide().close();

    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(atServer.errors()).hasSize(2);
    await().until(() -> pair.server().sessionCount() == 0);
  }

  @Test
  void anExceptionWhoseToStringThrowsRefusesTheSessionInOnOpen() {
    RecordingListener<String> atServer =
        listener()
            .whenOpen(session -> {
              throw new Unprintable();
            });
    Pair pair = connect(server(), atServer);

    pair.atClient().awaitClose();
    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.REFUSED);
    await().until(() -> pair.server().sessionCount() == 0);
  }

  /** The methods for its stack and its cause are users' code as well. */
  private static final class HostileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("not even its cause");
    }
  }

  @Test
  void anExceptionThatFailsToDescribeItselfDoesNotStopTheSession() {
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, message) -> {
              if (message.equals("bad")) {
                throw new HostileException();
              }
              session.send(message);
            });
    Pair pair = connect(server(), atServer);

    pair.clientSide().send("bad");
    pair.clientSide().send("good");

    assertThat(pair.atClient().awaitMessages(1)).containsExactly("good");
    pair.clientSide().close();
    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    await().until(() -> pair.server().sessionCount() == 0);
  }
}
