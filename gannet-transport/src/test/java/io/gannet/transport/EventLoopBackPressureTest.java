package io.gannet.transport;

import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Callbacks on the event loop whose answers are much larger than the requests. They can't wait for
 * room in the outbound queue, so the peer has to wait. Other rows don't apply: there the callback
 * waits.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
class EventLoopBackPressureTest extends TransportTests {

  private static final int COUNT = 10_000;
  private static final int ANSWER_SIZE = 2000;
  private static final String PADDING = ".".repeat(ANSWER_SIZE - 11);

  private RecordingListener<String> atServer;

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all()
        .filter(TransportUnderTest::isPlainTcp)
        .filter(transport -> !transport.callbacksMayBlock());
  }

  private RawPeer connect() {
    atServer = listener().whenMessage((session, text) -> session.send(text + PADDING));
    Server<String> server = start(server().listener(atServer));
    return fixture.closing(RawPeer.connect(server.port(), 32 * 1024));
  }

  /** Answers of 11 bytes each. */
  private static byte[] requests() {
    return frames(IntStream.range(0, COUNT).mapToObj("%07d"::formatted).toArray(String[]::new));
  }

  private static void expectAnswers(RawPeer peer) {
    for (int i = 0; i < COUNT; i++) {
      assertThat(peer.readExactly(ANSWER_SIZE)).isEqualTo(frames("%07d".formatted(i) + PADDING));
    }
  }

  @Test
  void aPeerThatReadsAllTheTimeGetsEveryAnswerInOrder() {
    RawPeer peer = connect();

    Thread.startVirtualThread(() -> peer.write(requests()));

    expectAnswers(peer);
    assertThat(atServer.errors()).isEmpty();
    assertThat(atServer.closes()).isEmpty();
  }

  @Test
  void aPeerThatReadsLateIsPausedAndGetsEveryAnswer() {
    RawPeer peer = connect();

    Thread.startVirtualThread(() -> peer.write(requests()));
    Session<String> session = atServer.awaitSession();
    await().until(() -> session.stats().readPauses() > 0);

    assertThat(session.stats().messagesIn()).isLessThan(COUNT);
    assertThat(session.stats().queuedBytes()).isLessThanOrEqualTo(1 << 20);
    expectAnswers(peer);
    assertThat(atServer.errors()).isEmpty();
    assertThat(atServer.closes()).isEmpty();
  }

  @Test
  void aCallbackThatUsesTrySendIsNotPausedByAPeerThatDoesNotRead() {
    AtomicInteger refused = new AtomicInteger();
    atServer =
        listener()
            .whenMessage((session, text) -> {
              if (!session.trySend(text + PADDING)) {
                refused.incrementAndGet();
              }
            });
    Server<String> server = start(server().listener(atServer));
    RawPeer peer = fixture.closing(RawPeer.connect(server.port(), 32 * 1024));

    peer.write(requests());

    atServer.awaitMessages(COUNT);
    assertThat(refused).hasPositiveValue();
    assertThat(atServer.awaitSession().stats().readPauses()).isZero();
    server.stop(StopMode.NOW);
  }

  @Test
  void aPeerThatEndsRightAfterItsRequestsStillGetsEveryAnswer() {
    RawPeer peer = connect();

    Thread.startVirtualThread(() -> {
      peer.write(requests());
      peer.shutdownOutput();
    });

    expectAnswers(peer);
    peer.expectEnd(Fixture.SOON);
    assertThat(atServer.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(atServer.errors()).isEmpty();
  }

  @Test
  void aPeerIsReadWhileOtherThreadsKeepTheQueueFull() {
    SocketOptions buffers = SocketOptions.defaults().withBuffers(64 * 1024, 64 * 1024);
    atServer = listener().whenMessage((session, text) -> session.send(text));
    Server<String> server = start(server().listener(atServer).socketOptions(buffers));
    RawPeer peer = fixture.closing(RawPeer.connect(server.port(), 32 * 1024));
    Session<String> session = atServer.awaitSession();
    // The queue is never less than half full, and never full.
    Thread.startVirtualThread(() -> keepDoing(session, 0, 900_000, () -> session.send(PADDING)));
    await().until(() -> session.stats().queuedBytes() >= 800_000);
    Thread.startVirtualThread(
        () -> keepDoing(session, 800_000, Long.MAX_VALUE, () -> peer.readExactly(16 * 1024)));

    for (int i = 0; i < 20; i++) {
      peer.write(frames("%07d".formatted(i)));
      atServer.awaitMessages(i + 1);
    }

    assertThat(session.stats().readPauses()).isPositive();
    assertThat(atServer.errors()).isEmpty();
    server.stop(StopMode.NOW);
  }

  /** While the length of the queue is between both limits. */
  private static void keepDoing(Session<?> session, long from, long to, Runnable action) {
    try {
      while (session.isOpen()) {
        long queued = session.stats().queuedBytes();
        if (queued >= from && queued < to) {
          action.run();
        } else {
          LockSupport.parkNanos(100_000);
        }
      }
    } catch (TransportException e) {
      // Closed meanwhile.
    }
  }
}
