package io.gannet.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.StopMode;
import io.gannet.transport.codec.Codecs;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SessionRecorderTest {
  private static final Duration MOMENT = Duration.ofMillis(50);

  private final SessionRecorder<String> received = SessionRecorder.create();
  private final SessionRecorder<String> impatient = SessionRecorder.create(MOMENT);

  @RegisterExtension
  final ServerExtension<String> server =
      ServerExtension.of(
          () -> Server.tcp("127.0.0.1", 0).codec(Codecs.lines()).maxMessageSize(100), received);

  private Client<String> client;

  private Session<String> connect() {
    client =
        Client.tcp("127.0.0.1", server.port())
            .codec(Codecs.lines())
            .onMessage((session, text) -> {})
            .start();
    return client.session();
  }

  @AfterEach
  void stop() {
    if (client != null) {
      client.stop(StopMode.NOW);
    }
  }

  @Test
  void messagesAreReturnedOnceInTheirOrder() {
    Session<String> session = connect();
    session.send("1");
    session.send("2");
    session.send("3");
    assertThat(received.nextMessage()).isEqualTo("1");
    assertThat(received.nextMessages(2)).containsExactly("2", "3");
    received.expectNoMessage(MOMENT);
  }

  @Test
  void sessionsErrorsAndClosesAreRecorded() {
    Session<String> session = connect();
    assertThat(received.nextSession().remoteAddress()).isEqualTo(session.localAddress());
    session.send("x".repeat(200));
    assertThat(received.nextError()).isInstanceOf(MessageTooLargeException.class);
    assertThat(received.nextClose().kind()).isEqualTo(CloseReason.Kind.MESSAGE_TOO_LARGE);
  }

  @Test
  void aMessageThatDoesNotComeFailsWithWhatHappenedInstead() throws Exception {
    IllegalStateException cause = new IllegalStateException("broken");
    impatient.onError(null, cause);
    impatient.onClose(null, new CloseReason(CloseReason.Kind.READ_IDLE, "silent"));
    assertThatThrownBy(impatient::nextMessage)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no message arrived within PT0.05S")
        .hasMessageContaining("0 sessions were opened")
        .hasMessageContaining("READ_IDLE")
        .hasCause(cause);
  }

  @Test
  void tooFewMessagesFailWithThoseThatCame() throws Exception {
    impatient.onMessage(null, "7");
    assertThatThrownBy(() -> impatient.nextMessages(2))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("of 2 messages only [7] arrived");
  }

  @Test
  void anUnexpectedMessageFails() throws Exception {
    impatient.onMessage(null, "7");
    assertThatThrownBy(() -> impatient.expectNoMessage(MOMENT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("7");
  }

  @Test
  void anInterruptEndsTheWait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(received::nextMessage)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
