package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The callbacks of a listener during a stream of messages, and at its end. */
class CallbackStreamContractTest extends StreamContract {

  private static final Duration OFTEN = Duration.ofMillis(10);

  @Test
  void onOpenComesFirstThenTheMessagesInOrderAndOnCloseLast() {
    Pair pair = connect(server(), listener());
    List<String> texts = IntStream.range(0, 200).mapToObj(i -> "text " + i).toList();

    texts.forEach(pair.clientSide()::send);
    pair.clientSide().close();

    assertThat(pair.atServer().awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(pair.atClient().awaitClose().kind()).isEqualTo(Kind.CLOSED);
    List<String> expected = new ArrayList<>(List.of("open"));
    texts.forEach(text -> expected.add("message " + text));
    expected.add("close PEER_CLOSED");
    assertThat(pair.atServer().events()).isEqualTo(expected);
    assertThat(pair.atClient().events()).containsExactly("open", "close CLOSED");
  }

  @Test
  void callbacksOfASessionNeverOverlapWhileManySessionsAreBusy() {
    int connections = 8;
    int each = transport.many(500);
    RecordingListener<String> atServer = listener().whenMessage(Session::send);
    RecordingListener<String> atClient = listener();
    Server<String> server = start(server().listener(atServer).cron(OFTEN));
    start(client(server).listener(atClient).cron(OFTEN).connections(connections));

    List<Session<String>> sessions = atClient.awaitSessions(connections);
    for (Session<String> session : sessions) {
      Thread.startVirtualThread(
          () -> IntStream.range(0, each).forEach(i -> session.send(Integer.toString(i))));
    }

    atClient.awaitMessages(connections * each);
    List<String> inOrder = IntStream.range(0, each).mapToObj(Integer::toString).toList();
    assertThat(sessions).allSatisfy(s -> assertThat(atClient.messages(s)).isEqualTo(inOrder));
    atServer.awaitCrons(connections);
    // The fixture checks that no callbacks overlapped.
  }

  @Test
  void anEndpointKnowsItsSessions() {
    Pair pair = connect(server(), listener());
    await().until(() -> pair.server().sessions().size() + pair.client().sessions().size() == 2);

    assertThat(pair.server().sessions()).containsExactly(pair.serverSide());
    assertThat(pair.server().session(pair.serverSide().id())).contains(pair.serverSide());
    assertThat(pair.server().session(-1)).isEmpty();
    assertThat(pair.server().sessionCount()).isEqualTo(1);
    assertThat(pair.client().sessions()).containsExactly(pair.clientSide());
    pair.clientSide().close();
    await().until(() -> pair.server().sessionCount() == 0);
    assertThat(pair.server().sessions()).isEmpty();
    assertThat(pair.server().session(pair.serverSide().id())).isEmpty();
  }

  @Test
  void whenClosedCompletesAfterOnClose() {
    Gate gate = fixture.gate();
    RecordingListener<String> atServer = listener();
    if (transport.callbacksMayBlock()) {
      atServer.whenClose((session, reason) -> gate.pass());
    }
    Pair pair = connect(server(), atServer);
    var closed = pair.serverSide().whenClosed().toCompletableFuture();
    assertThat(closed).isNotDone();

    pair.clientSide().close();

    atServer.awaitClose();
    if (transport.callbacksMayBlock()) {
      assertThat(closed).isNotDone();
      gate.open();
    }
    assertThat(closed)
        .succeedsWithin(SOON)
        .satisfies(reason -> assertThat(reason.kind()).isEqualTo(Kind.PEER_CLOSED));
    assertThat(pair.serverSide().isOpen()).isFalse();
  }
}
