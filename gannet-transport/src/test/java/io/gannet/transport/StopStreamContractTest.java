package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.CloseReason.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stopping a server or a client, seen from both sides. */
class StopStreamContractTest extends StreamContract {

  @ParameterizedTest
  @EnumSource
  void stoppingAServerClosesItsSessions(StopMode mode) {
    Pair pair = connect(server(), listener());

    StopReport report = pair.server().stop(mode);

    assertThat(pair.server().isRunning()).isFalse();
    assertThat(pair.atServer().awaitClose().kind()).isEqualTo(Kind.STOPPED);
    assertThat(pair.atClient().awaitClose().kind()).isIn(Kind.PEER_CLOSED, Kind.CONNECTION_LOST);
    if (mode != StopMode.DRAIN) {
      assertThat(report.drained() + report.cut()).isEqualTo(1);
      assertThat(report.stillRunning()).isZero();
    }
    assertThat(report.unsentBytes()).isZero();
    await().until(() -> pair.server().sessionCount() == 0);
  }

  @ParameterizedTest
  @EnumSource
  void stoppingAClientClosesItsSessionsForGood(StopMode mode) {
    RecordingListener<String> atServer = listener();
    RecordingListener<String> atClient = listener();
    Server<String> server = start(server().listener(atServer));
    Client<String> client = start(client(server).listener(atClient).connections(3));
    atClient.awaitSessions(3);

    client.stop(mode);

    assertThat(atClient.awaitCloses(3))
        .allSatisfy(r -> assertThat(r.kind()).isEqualTo(Kind.STOPPED));
    atServer.awaitCloses(3);
    assertThat(client.isRunning()).isFalse();
    assertThatThrownBy(client::session)
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("stopped");
    assertThat(client.trySession()).isEmpty();
    assertThat(atClient.sessions()).isEqualTo(3);
  }

  @Test
  void everythingSentBeforeADrainArrives() throws InterruptedException {
    int connections = 4;
    String padding = "x".repeat(1000);
    SocketOptions small = SocketOptions.defaults().withBuffers(32 * 1024, 32 * 1024);
    RecordingListener<String> atServer = listener();
    RecordingListener<String> atClient = listener();
    Server<String> server =
        start(
            server().listener(atServer).outboundQueue(128 * 1024, 64 * 1024).socketOptions(small));
    start(client(server).listener(atClient).connections(connections).socketOptions(small));
    List<Session<String>> sessions = atServer.awaitSessions(connections);
    var accepted = new ConcurrentHashMap<Session<String>, AtomicInteger>();
    sessions.forEach(session -> accepted.put(session, new AtomicInteger()));
    List<Thread> senders = new ArrayList<>();
    for (Session<String> session : sessions) {
      senders.add(
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                session.send(padding);
                accepted.get(session).incrementAndGet();
              }
            } catch (SessionClosedException e) {
              // The drain has begun.
            }
          }));
    }
    atClient.awaitMessages(500);

    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);

    for (Thread sender : senders) {
      sender.join();
    }
    atClient.awaitCloses(connections);
    int sent = accepted.values().stream().mapToInt(AtomicInteger::get).sum();
    assertThat(atClient.messages()).hasSize(sent);
    assertThat(report.drained()).isEqualTo(connections);
    assertThat(report.unsentBytes()).isZero();
  }

  @Test
  void bothSidesMayDrainAtOnceAndLoseNothing() {
    int count = 500;
    Pair pair = connect(server(), listener());
    List<String> texts = IntStream.range(0, count).mapToObj(i -> "text " + i).toList();
    texts.forEach(text -> {
      pair.clientSide().send(text);
      pair.serverSide().send(text);
    });
    pair.atServer().awaitMessages(count);
    pair.atClient().awaitMessages(count);

    CompletableFuture<StopReport> one =
        CompletableFuture.supplyAsync(() -> pair.client().stop(StopMode.DRAIN_AND_WAIT));
    CompletableFuture<StopReport> two =
        CompletableFuture.supplyAsync(() -> pair.server().stop(StopMode.DRAIN_AND_WAIT));

    assertThat(one).succeedsWithin(SOON);
    assertThat(two).succeedsWithin(SOON);
    assertThat(one.join().cut() + two.join().cut()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void anEndpointMayBeStoppedFromInsideACallback(StopMode mode) {
    CompletableFuture<StopReport> stopped = new CompletableFuture<>();
    RecordingListener<String> atServer =
        listener()
            .whenMessage((session, text) -> {
              session.send("bye");
              stopped.complete(session.endpoint().stop(mode));
            });
    Pair pair = connect(server(), atServer);

    pair.clientSide().send("stop");

    assertThat(stopped).succeedsWithin(SOON);
    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.STOPPED);
    pair.atClient().awaitClose();
    if (mode != StopMode.NOW) {
      assertThat(pair.atClient().messages()).containsExactly("bye");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndpointMayBeStoppedFromOnOpenAndFromOnClose(StopMode mode) {
    RecordingListener<String> atServer =
        listener()
            .whenOpen(session -> session.endpoint().stop(mode))
            .whenClose((session, reason) -> session.endpoint().stop(mode));
    Pair pair = connect(server(), atServer);

    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.STOPPED);
    pair.atClient().awaitClose();
    await().until(() -> pair.server().sessionCount() == 0);
  }

  @Test
  void aStoppedServerHasFreedItsAddress() {
    RecordingListener<String> atServer = listener();
    Server<String> first = start(server().listener(atServer));
    start(client(first).listener(listener()));
    atServer.awaitSession();
    first.stop(StopMode.NOW);

    Server<String> second =
        start(transport.serverInPlaceOf(first, new TextCodec()).listener(atServer));

    assertThat(second.addresses()).isEqualTo(first.addresses());
    atServer.awaitSessions(2);
  }
}
