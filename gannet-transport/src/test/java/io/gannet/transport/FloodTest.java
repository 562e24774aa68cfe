package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A listener that is slower than its peer, which is a socket without any framework. Other rows
 * don't apply: their peers can't be plain sockets.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
class FloodTest extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all()
        .filter(TransportUnderTest::hasSocketPeers)
        .filter(TransportUnderTest::callbacksMayBlock);
  }

  @Test
  void decodingStopsInTheMiddleOfARead() {
    Flood flood = flood();

    flood.gate.open();

    assertThat(flood.listener.awaitMessages(Flood.COUNT)).isEqualTo(flood.texts);
    flood.peer.write(transport.frames("one more"));
    assertThat(flood.listener.awaitMessages(Flood.COUNT + 1)).endsWith("one more");
  }

  @Test
  void messagesBeforeTheEndAreDeliveredAfterAPause() {
    Flood flood = flood();

    transport.end(flood.peer);
    flood.gate.open();

    assertThat(flood.listener.awaitClose().kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
    assertThat(flood.listener.messages()).isEqualTo(flood.texts);
    assertThat(flood.listener.errors()).isEmpty();
    flood.peer.expectGone(Fixture.SOON);
  }

  @Test
  void messagesReceivedTogetherWithTheEndAreDelivered() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, text) -> gate.pass());
    RawPeer peer = rawPeer(start(server().inboundQueue(100, 1 << 20).listener(atServer)));
    List<String> texts = texts(Flood.COUNT);

    peer.write(transport.frames(texts.toArray(String[]::new)));
    transport.end(peer);
    gate.awaitReached();
    gate.open();

    assertThat(atServer.awaitClose().kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
    assertThat(atServer.messages()).isEqualTo(texts);
  }

  /** Small messages that arrive together while the listener handles the first. */
  private record Flood(
      RecordingListener<String> listener, RawPeer peer, Gate gate, List<String> texts) {
    static final int COUNT = 5000;
  }

  private Flood flood() {
    int limit = 100;
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener().whenMessage((session, text) -> gate.pass());
    RawPeer peer = rawPeer(start(server().inboundQueue(limit, 1 << 20).listener(atServer)));
    Session<String> session = atServer.awaitSession();
    await().until(() -> session.stats().undispatchedMessages() == 0);
    List<String> texts = texts(Flood.COUNT);
    peer.write(transport.frames(texts.toArray(String[]::new)));
    gate.awaitReached();
    await().until(() -> session.stats().readPauses() > 0);
    assertThat(session.stats().undispatchedMessages()).isBetween(limit, limit + 3);
    return new Flood(atServer, peer, gate, texts);
  }

  private RawPeer rawPeer(Server<?> server) {
    return fixture.closing(transport.connect(server));
  }

  private static List<String> texts(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
