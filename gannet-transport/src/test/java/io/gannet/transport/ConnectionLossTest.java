package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.test.FaultProxy;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.CloseReason.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that end without a graceful close on both sides. */
class ConnectionLossTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @Test
  void aResetEndsTheSession() {
    RecordingListener<String> listener = fixture.listener();
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));
    Session<String> session = listener.awaitSession();

    peer.reset();

    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.CONNECTION_LOST);
    assertThat(reason.cause()).isInstanceOf(IOException.class);
    assertThat(listener.errors()).singleElement().isInstanceOf(IOException.class);
    assertThat(listener.events()).last().isEqualTo("close CONNECTION_LOST");
    assertThat(session.isOpen()).isFalse();
  }

  @Test
  void aResetInsideABatchEndsTheSessionAfterTheReceivedMessages() {
    RecordingListener<String> listener = fixture.listener();
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));
    byte[] batch = frames("a", "b", "c");

    peer.write(Arrays.copyOf(batch, batch.length - 2));
    listener.awaitMessages(2);
    peer.reset();

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CONNECTION_LOST);
    assertThat(listener.messages()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @EnumSource(
      value = Io.class,
      names = {"NIO", "EPOLL", "IO_URING"})
  void whatCameBeforeAResetIsDeliveredAlsoIfReadingWasPaused(Io io) {
    assumeThat(TransportUnderTest.ios()).contains(io);
    int count = 5_000;
    Gate gate = fixture.gate();
    RecordingListener<String> listener =
        fixture.listener().whenMessage((session, text) -> gate.pass());
    EventLoops loops = fixture.closing(EventLoops.create(io, 1));
    SocketOptions large = SocketOptions.defaults().withBuffers(1 << 20, 1 << 20);
    Server<String> server =
        fixture.start(fixture.server().eventLoops(loops).socketOptions(large).listener(listener));
    RawPeer peer = fixture.connect(server);
    byte[] bytes = frames(Collections.nCopies(count, "x".repeat(16)).toArray(String[]::new));
    peer.write(bytes);
    gate.awaitReached();
    await().until(() -> listener.awaitSession().stats().readPauses() > 0);

    peer.reset();
    fixture.connect(server);
    listener.awaitSessions(2); // so the only loop has been told of the reset
    gate.open();

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CONNECTION_LOST);
    assertThat(listener.messages()).hasSize(count);
  }

  @Test // NIO sees no end of a connection that it doesn't read, io_uring doesn't always
  void aClientReconnectsAtOnceAlsoIfReadingWasPaused() {
    assumeThat(TransportUnderTest.ios()).contains(Io.EPOLL);
    Gate gate = fixture.gate();
    RecordingListener<String> listener =
        fixture.listener().whenMessage((session, text) -> gate.pass());
    RawServer server = fixture.closing(RawServer.start());
    Client<String> client =
        fixture.start(
            fixture
                .client(server.port())
                .eventLoops(fixture.closing(EventLoops.create(Io.EPOLL, 1)))
                .socketOptions(SocketOptions.defaults().withBuffers(1 << 20, 1 << 20))
                .reconnect(Backoff.fixed(Duration.ofMillis(10)))
                .listener(listener));
    RawPeer peer = fixture.closing(server.accept());
    Session<String> lost = client.session();
    List<String> sent = IntStream.range(0, 5_000).mapToObj(number -> "message " + number).toList();
    peer.write(frames(sent.toArray(String[]::new)));
    gate.awaitReached();
    await().until(() -> lost.stats().readPauses() > 0);

    peer.reset();

    fixture.closing(server.accept());
    assertThat(client.session()).isNotSameAs(lost);
    assertThat(client.sessions()).doesNotContain(lost);
    assertThat(listener.messages(lost)).hasSize(1);
    gate.open();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CONNECTION_LOST);
    assertThat(listener.messages(lost)).isEqualTo(sent);
  }

  @Test
  void answersAfterAConnectionLossAreNotReportedAsErrors() {
    Gate gate = fixture.gate();
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenMessage((session, text) -> {
              gate.pass();
              session.send(text);
            });
    Server<String> server =
        fixture.start(fixture.server().closeOnListenerFailure().listener(listener));
    RawPeer peer = fixture.connect(server);
    peer.write(frames("a", "b", "c"));
    gate.awaitReached();
    Session<String> session = listener.awaitSession();

    peer.reset();
    await().until(() -> !session.isOpen());
    gate.open();

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CONNECTION_LOST);
    assertThat(listener.messages()).containsExactly("a", "b", "c");
    assertThat(listener.errors()).hasAtLeastOneElementOfType(SessionClosedException.class);
  }

  @Test
  void aResetDuringASendReachesTheSender() {
    RecordingListener<String> listener = fixture.listener();
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));
    Session<String> session = listener.awaitSession();
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              while (true) {
                session.send("x".repeat(1000));
              }
            },
            Thread::startVirtualThread);
    peer.readExactly(100_000);

    peer.reset();

    assertThat(sending)
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(SessionClosedException.class);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CONNECTION_LOST);
  }

  @Test
  void aResetLetsTheRunningCallbackEndFirst() {
    Gate gate = fixture.gate();
    RecordingListener<String> listener =
        fixture.listener().whenMessage((session, text) -> gate.pass());
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));
    Session<String> session = listener.awaitSession();
    peer.write(frames("a"));
    gate.awaitReached();

    peer.reset();

    await().until(() -> !session.isOpen());
    assertThat(listener.closes()).isEmpty();
    assertThatThrownBy(() -> session.send("late")).isInstanceOf(SessionClosedException.class);
    gate.open();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CONNECTION_LOST);
  }

  @Test
  void aHalfClosedPeerStillGetsItsAnswers() {
    Gate gate = fixture.gate();
    RecordingListener<String> listener =
        fixture
            .listener()
            .whenMessage((session, text) -> {
              gate.pass();
              session.send("answer to " + text);
            });
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));

    peer.write(frames("a", "b"));
    peer.shutdownOutput();
    gate.awaitReached();
    gate.open();

    byte[] answers = frames("answer to a", "answer to b");
    assertThat(peer.readToEnd()).isEqualTo(answers);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
  }

  @Test
  void manyAnswersReachAHalfClosedPeer() {
    int count = 5_000;
    RecordingListener<String> listener = fixture.echo();
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(listener)));
    byte[] bytes = frames(Collections.nCopies(count, "x".repeat(100)).toArray(String[]::new));

    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> {
          peer.write(bytes);
          peer.shutdownOutput();
        });

    assertThat(peer.readToEnd()).isEqualTo(bytes);
    assertThat(writing).succeedsWithin(SOON);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
  }

  @Test
  void heartbeatsDetectAndReplaceAHalfOpenConnection() {
    FakeTime time = FakeTime.create();
    RecordingListener<String> atServer = fixture.echo();
    RecordingListener<String> atClient = fixture.listener();
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    FaultProxy proxy = fixture.closing(FaultProxy.to(server.port()));
    Client<String> client =
        fixture.start(
            fixture
                .client(proxy.port())
                .listener(atClient)
                .time(Fixture.timeOf(time))
                .heartbeat(Duration.ofSeconds(5), Duration.ofSeconds(12), session -> "beat"));
    Session<String> first = atClient.awaitSession();
    time.advance(Duration.ofSeconds(6));
    atClient.awaitMessages(1);

    proxy.toServer().drop(true);
    proxy.toClient().drop(true);
    time.advance(Duration.ofSeconds(20));
    assertThat(atClient.awaitClose().kind()).isEqualTo(Kind.HEARTBEAT_TIMEOUT);
    proxy.heal();

    await()
        .until(() -> {
          time.advance(Duration.ofSeconds(1));
          return client.trySession().isPresent();
        });
    Session<String> second = client.session();
    assertThat(second).isNotSameAs(first);
    second.send("again");
    await().until(() -> atClient.messages().contains("again")); // perhaps behind a heartbeat's echo
    proxy.resetConnections(); // the server still has the first connection, and can't know better
  }

  @Test
  void aConnectionCutInsideAMessageDeliversTheCompleteOnes() {
    RecordingListener<String> atServer = fixture.listener();
    RecordingListener<String> atClient = fixture.listener();
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    FaultProxy proxy = fixture.closing(FaultProxy.to(server.port()));
    proxy.toServer().endAfter(frames("one").length + 3);
    Client<String> client =
        fixture.start(fixture.client(proxy.port()).listener(atClient).noReconnect());

    client.session().send("one");
    client.session().send("two");

    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(atServer.messages()).containsExactly("one");
    assertThat(atClient.awaitClose().kind()).isIn(Kind.PEER_CLOSED, Kind.CONNECTION_LOST);
  }

  @Test
  void aCorruptedLengthEndsTheSession() {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    FaultProxy proxy = fixture.closing(FaultProxy.to(server.port()));
    proxy.toServer().corruptAt(frames("one").length);
    Client<String> client =
        fixture.start(fixture.client(proxy.port()).listener(fixture.listener()).noReconnect());

    client.session().send("one");
    client.session().send("two");

    assertThat(atServer.awaitClose().kind()).isIn(Kind.DECODE_FAILED, Kind.MESSAGE_TOO_LARGE);
    assertThat(atServer.messages()).containsExactly("one");
  }
}
