package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sending while there is room. */
class SendContractTest extends TransportContract {

  @Test
  void aBatchWhoseIteratorSendsIsStillOneBatch() {
    RecordingListener<String> atServer = listener();
    Session<String> session = connect(server(), atServer).clientSide();
    session.sendAll(
        new AbstractList<>() {
          @Override
          public String get(int index) {
            if (index == 1) {
              session.send("meanwhile");
            }
            return "batch " + index;
          }

          @Override
          public int size() {
            return 2;
          }
        });

    assertThat(atServer.awaitMessages(3)).containsExactly("meanwhile", "batch 0", "batch 1");
  }

  @Test
  void sendAsyncNeverThrows() {
    Pair pair = connect(server().maxMessageSize(1000), listener());

    assertThat(pair.serverSide().sendAsync(TextCodec.UNENCODABLE))
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(EncodeException.class);
    assertThat(pair.serverSide().sendAsync("x".repeat(1000)))
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(MessageTooLargeException.class);
    pair.serverSide().send("good");
    assertThat(pair.atClient().awaitMessages(1)).containsExactly("good");
  }

  @Test
  void aBatchWithAnUnencodableMessageSendsNothing() {
    Pair pair = connect(server(), listener());
    Session<String> session = pair.clientSide();

    session.send("before");
    assertThatThrownBy(() -> session.sendAll(List.of("a", "b", TextCodec.UNENCODABLE, "c")))
        .isInstanceOf(EncodeException.class);
    session.sendAll(List.of());
    session.send("after");

    assertThat(pair.atServer().awaitMessages(2)).containsExactly("before", "after");
    assertThat(session.stats().messagesOut()).isEqualTo(2);
  }

  @Test
  void aMessageOfTheMaximumSizePassesAndOneByteMoreDoesNot() {
    int limit = 10_000;
    RecordingListener<String> atServer = listener();
    Server<String> server = start(server().listener(atServer).maxMessageSize(limit));
    RecordingListener<String> atClient = listener();
    start(client(server).listener(atClient).maxMessageSize(limit));
    Session<String> session = atClient.awaitSession();
    assertThat(session.maxMessageSize()).isEqualTo(limit);
    String largest = "x".repeat(limit - 4);

    session.send(largest);
    assertThatThrownBy(() -> session.send(largest + "y"))
        .isInstanceOfSatisfying(
            MessageTooLargeException.class, e -> assertThat(e.limit()).isEqualTo(limit))
        .hasMessageContaining("10,000")
        .hasMessageContaining("maxMessageSize");
    assertThatThrownBy(() -> session.trySend(largest + "y"))
        .isInstanceOf(MessageTooLargeException.class);
    assertThatThrownBy(() -> session.sendAll(List.of("a", largest + "y")))
        .isInstanceOf(MessageTooLargeException.class);
    session.send("after");

    assertThat(atServer.awaitMessages(2)).containsExactly(largest, "after");
  }

  @Test
  void aSendMayHaveItsOwnTimeout() {
    Pair pair = connect(server(), listener());

    pair.clientSide().send("zero", Duration.ZERO);
    pair.clientSide().send("some", Duration.ofSeconds(1));

    assertThat(pair.atServer().awaitMessages(2)).containsExactly("zero", "some");
  }

  @Test
  void encodedBytesBypassTheCodec() {
    Pair pair = connect(server(), listener());
    ByteBuffer bytes = ByteBuffer.wrap(TextCodec.frames("skipped", "sent"));
    bytes.position(11);

    pair.clientSide().send("before");
    pair.clientSide().sendEncoded(bytes);
    pair.clientSide().sendEncoded(ByteBuffer.allocateDirect(4));
    pair.clientSide().send("after");

    assertThat(pair.atServer().awaitMessages(4)).containsExactly("before", "sent", "", "after");
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(pair.clientSide().stats().messagesOut()).isEqualTo(4);
  }

  @Test
  void encodedBytesOverTheLimitAreRefused() {
    Pair pair = connect(server().maxMessageSize(1000), listener());

    assertThatThrownBy(() -> pair.serverSide().sendEncoded(ByteBuffer.allocate(1001)))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("maxMessageSize");
    pair.serverSide().send("good");

    assertThat(pair.atClient().awaitMessages(1)).containsExactly("good");
  }

  @Test
  void theLimitOnMessagesMayChangeDuringASession() {
    Pair pair = connect(server().maxMessageSize(100), listener());
    Session<String> session = pair.serverSide();
    String text = "x".repeat(500);
    assertThatThrownBy(() -> session.send(text)).isInstanceOf(MessageTooLargeException.class);

    session.setMaxMessageSize(1000);
    assertThat(session.maxMessageSize()).isEqualTo(1000);
    session.send(text);
    pair.clientSide().send(text);

    assertThat(pair.atClient().awaitMessages(1)).containsExactly(text);
    assertThat(pair.atServer().awaitMessages(1)).containsExactly(text);
    assertThatThrownBy(() -> session.setMaxMessageSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxMessageSize");
  }
}
