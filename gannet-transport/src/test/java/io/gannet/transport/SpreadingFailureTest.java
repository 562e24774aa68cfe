package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure of the user's code affects only the session that it occurred for. */
class SpreadingFailureTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.listener();

  /** A codec that fails when it is told that a session has closed. */
  private record FailingAtTheEnd(TextCodec codec, AtomicInteger closed) implements Codec<String> {
    FailingAtTheEnd() {
      this(new TextCodec(), new AtomicInteger());
    }

    @Override
    public @Nullable String decode(CodecContext context, ReadBuffer in) {
      return codec.decode(context, in);
    }

    @Override
    public void encode(CodecContext context, String message, WriteBuffer out) {
      codec.encode(context, message, out);
    }

    @Override
    public void release(CodecContext context) {
      closed.incrementAndGet();
      throw new AssertionError("told to fail at the end");
    }
  }

  @Test
  void aCodecThatFailsAtTheEndKeepsNoSessionAlive() {
    FailingAtTheEnd codec = new FailingAtTheEnd();
    Server<String> server =
        fixture.start(Server.tcp("127.0.0.1", 0).codec(codec).listener(listener));
    RawPeer first = fixture.connect(server);
    fixture.connect(server);
    listener.awaitSessions(2);
    await().until(() -> server.sessions().size() == 2);

    first.close();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    await().until(() -> server.sessions().size() == 1 && server.sessionCount() == 1);
    StopReport report = server.stop(StopMode.NOW);

    assertThat(report.stillRunning()).isZero();
    assertThat(server.whenStopped().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(listener.closes()).hasSize(2);
    assertThat(server.sessions()).isEmpty();
    assertThat(codec.closed).hasValue(2);
  }

  @Test
  void aClientWhoseCodecFailsAtTheEndStillReconnects() {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    Client<String> client =
        fixture.start(
            Client.tcp("127.0.0.1", server.port())
                .codec(new FailingAtTheEnd())
                .listener(listener)
                .reconnect(Backoff.exponential(Duration.ofMillis(10), Duration.ofMillis(10))));
    listener.awaitSession();

    atServer.awaitSession().close();

    listener.awaitSessions(2);
    client.session().send("back");
    assertThat(atServer.awaitMessages(1)).containsExactly("back");
    client.stop(StopMode.DRAIN_AND_WAIT);
    assertThat(listener.closes()).hasSize(2);
  }

  @Test
  void aHeartbeatThatFailsWithAnErrorStopsNoTimer() {
    FakeTime time = FakeTime.create();
    EventLoops one = fixture.closing(EventLoops.create(Io.NIO, 1));
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .eventLoops(one)
                .time(Fixture.timeOf(time))
                .readIdleTimeout(Duration.ofSeconds(20))
                .heartbeat(
                    Duration.ofSeconds(10),
                    Duration.ZERO,
                    session -> {
                      throw new AssertionError("no beat");
                    }));
    RawPeer first = fixture.connect(server);
    RawPeer second = fixture.connect(server);
    await().until(() -> server.sessions().size() == 2);

    time.advance(Duration.ofSeconds(12));
    assertThat(listener.awaitErrors(2))
        .allSatisfy(error -> assertThat(error).isInstanceOf(AssertionError.class));
    assertThat(listener.closes()).isEmpty();
    time.advance(Duration.ofSeconds(12));

    assertThat(listener.awaitCloses(2))
        .allSatisfy(reason -> assertThat(reason.kind()).isEqualTo(Kind.READ_IDLE));
    first.expectGone(SOON);
    second.expectGone(SOON);
  }

  static Stream<Throwable> whatExecutorsThrow() {
    return Stream.of(new IllegalStateException("broken"), new StackOverflowError("broken"));
  }

  @ParameterizedTest
  @MethodSource("whatExecutorsThrow")
  void anExecutorThatFailsLaterEndsTheSessionAsOneThatRefuses(Throwable failure) {
    AtomicBoolean fails = new AtomicBoolean();
    RawPeer peer =
        fixture.connect(
            fixture.start(
                fixture
                    .server()
                    .listener(listener)
                    .dispatch(
                        Dispatch.executor(task -> {
                          if (fails.get()) {
                            throwAny(failure);
                          }
                          Thread.startVirtualThread(task);
                        }))));
    peer.write(frames("hello"));
    listener.awaitMessages(1);
    await().until(() -> listener.awaitSession().stats().undispatchedMessages() == 0);

    fails.set(true);
    peer.write(frames("lost"));

    peer.expectGone(SOON);
    expectDispatchFailed(failure);
    assertThat(listener.events()).containsExactly("open", "message hello", "close DISPATCH_FAILED");
  }

  @ParameterizedTest
  @MethodSource("whatExecutorsThrow")
  void anExecutorThatAlwaysFailsEndsTheSessionAsOneThatRefuses(Throwable failure) {
    RawPeer peer =
        fixture.connect(
            fixture.start(
                fixture
                    .server()
                    .listener(listener)
                    .dispatch(Dispatch.executor(task -> throwAny(failure)))));

    peer.expectGone(SOON);
    expectDispatchFailed(failure);
  }

  private void expectDispatchFailed(Throwable failure) {
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.DISPATCH_FAILED);
    assertThat(reason.message()).contains("broken");
    assertThat(reason.cause()).isSameAs(failure);
    assertThat(listener.awaitSession().whenClosed().toCompletableFuture()).succeedsWithin(SOON);
    assertThat(listener.closes()).hasSize(1);
  }

  private static void throwAny(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  @Test
  void aBroadcastThatFailsForOneSessionReachesTheOthersAndReportsTheFailure() {
    AtomicInteger number = new AtomicInteger();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .setup(setup -> {
                  if (number.incrementAndGet() == 2) {
                    setup.maxMessageSize(100);
                  }
                }));
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      peers.add(fixture.connect(server));
      int expected = i;
      await().until(() -> server.sessions().size() == expected);
    }
    String text = "x".repeat(200);

    assertThatThrownBy(() -> server.broadcast(text))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("100");
    assertThat(server.broadcast("short")).isEqualTo(3);

    byte[] both = frames(text, "short");
    assertThat(peers.get(0).readExactly(both.length)).isEqualTo(both);
    assertThat(peers.get(1).readExactly(9)).isEqualTo(frames("short"));
    assertThat(peers.get(2).readExactly(both.length)).isEqualTo(both);
    assertThat(listener.closes()).isEmpty();
  }
}
