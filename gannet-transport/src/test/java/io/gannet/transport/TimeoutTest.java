package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timeouts of sessions, with a clock that the tests advance. */
class TimeoutTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final RecordingListener<String> listener = fixture.listener();
  private RawPeer peer;
  private Session<String> session;

  private ServerBuilder<String> server() {
    return fixture.server().listener(listener).time(Fixture.timeOf(time));
  }

  /**
   * The framing of {@link TextCodec}, by Netty's decoder, which keeps unfinished messages inside.
   */
  private ServerBuilder<String> nettyServer() {
    return Server.tcp("127.0.0.1", 0)
        .codecPerSession(
            NettyCodecs.of(
                () -> new LengthFieldBasedFrameDecoder(1000, 0, 4, 0, 4),
                () -> new LengthFieldPrepender(4),
                frame -> ((ByteBuf) frame).toString(UTF_8),
                text -> Unpooled.copiedBuffer(text, UTF_8)))
        .listener(listener)
        .time(Fixture.timeOf(time));
  }

  private ServerBuilder<String> server(boolean codecKeepsBytes) {
    return codecKeepsBytes ? nettyServer() : server();
  }

  private void connect(ServerBuilder<String> builder) {
    peer = fixture.connect(fixture.start(builder));
    session = listener.awaitSession();
  }

  /** On the event loop, onOpen has returned before the clock advances. */
  private ServerBuilder<String> beating() {
    return server().dispatch(Dispatch.eventLoop());
  }

  private void pass(long seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  /** Sends bytes, and waits until the session has received them. */
  private void arrive(byte... bytes) {
    long before = session.stats().bytesIn();
    peer.write(bytes);
    await().until(() -> session.stats().bytesIn() == before + bytes.length);
  }

  private void expectOpen() {
    // A close may be in progress while isOpen is still true.
    assertThat(listener.closes()).isEmpty();
    assertThat(session.isOpen()).isTrue();
  }

  private CloseReason expectClose(Kind kind, String setting) {
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(kind);
    assertThat(reason.message()).contains(setting);
    peer.expectGone(SOON);
    return reason;
  }

  @Test
  void aMessageThatStaysIncompleteEndsTheSession() {
    connect(server());
    arrive(Arrays.copyOf(frames("hello"), 7));

    pass(29);
    expectOpen();
    pass(5);

    CloseReason reason = expectClose(Kind.INCOMPLETE_MESSAGE, "incompleteMessageTimeout");
    assertThat(reason.message()).contains("7").contains("30");
  }

  @ParameterizedTest(name = "the codec keeps bytes: {0}")
  @ValueSource(booleans = {false, true})
  void aByteNowAndThenDoesNotProlongAMessage(boolean codecKeepsBytes) {
    connect(server(codecKeepsBytes));
    byte[] frame = frames("hello");
    for (int i = 0; i < 6; i++) {
      arrive(frame[i]);
      pass(5);
    }
    pass(5);

    expectClose(Kind.INCOMPLETE_MESSAGE, "incompleteMessageTimeout");
  }

  @ParameterizedTest(name = "the codec keeps bytes: {0}")
  @ValueSource(booleans = {false, true})
  void eachMessageHasTheWholeTime(boolean codecKeepsBytes) {
    connect(server(codecKeepsBytes));
    byte[] frame = frames("hello");
    byte[] head = Arrays.copyOf(frame, 3);
    byte[] tail = Arrays.copyOfRange(frame, 3, frame.length);
    for (int i = 0; i < 5; i++) {
      arrive(head);
      pass(20);
      arrive(tail);
    }
    listener.awaitMessages(5);
    expectOpen();

    // The rest of one message and the start of the next in one packet.
    arrive(head);
    for (int i = 0; i < 5; i++) {
      pass(20);
      byte[] both = Arrays.copyOf(tail, tail.length + head.length);
      System.arraycopy(head, 0, both, tail.length, head.length);
      arrive(both);
    }
    listener.awaitMessages(10);
    expectOpen();
  }

  @Test
  void aCodecMayKeepMoreBytesThanItHasConsumed() {
    // Each received byte ends one message of ten bytes and starts the next.
    connect(
        Server.tcp("127.0.0.1", 0)
            .codecPerSession(() -> new Inflating())
            .listener(listener)
            .time(Fixture.timeOf(time)));
    for (int i = 1; i <= 5; i++) {
      arrive((byte) 'x');
      pass(20);
    }

    listener.awaitMessages(4);
    expectOpen();
  }

  /** Ends a message and begins a larger one with each byte. */
  private static final class Inflating implements Codec<String> {
    private int kept;

    @Override
    public @Nullable String decode(CodecContext context, ReadBuffer in) {
      if (!in.isReadable()) {
        return null;
      }
      in.skip(1);
      kept += 10;
      return kept == 10 ? null : "message";
    }

    @Override
    public void encode(CodecContext context, String message, WriteBuffer out) {}

    @Override
    public int bufferedBytes() {
      return kept;
    }
  }

  @Test
  void aTimeoutOfZeroMeansNone() {
    connect(
        server()
            .incompleteMessageTimeout(Duration.ZERO)
            .writeStallTimeout(Duration.ZERO)
            .readIdleTimeout(Duration.ZERO)
            .cron(Duration.ZERO));
    arrive(Arrays.copyOf(frames("hello"), 7));

    pass(10_000);

    expectOpen();
    assertThat(listener.crons()).isZero();
  }

  @Test
  void aPeerThatSendsNothingIsIdle() {
    connect(server().readIdleTimeout(Duration.ofSeconds(20)));

    pass(15);
    arrive(frames("a"));
    listener.awaitMessages(1);
    pass(17);
    expectOpen();
    session.send("sending is not a sign of life");
    pass(6);

    expectClose(Kind.READ_IDLE, "readIdleTimeout");
  }

  @Test
  void aTouchCountsAsASignOfLife() {
    connect(server().readIdleTimeout(Duration.ofSeconds(20)));

    for (int i = 0; i < 5; i++) {
      pass(15);
      session.touch();
    }
    expectOpen();
    pass(25);

    expectClose(Kind.READ_IDLE, "readIdleTimeout");
  }

  @Test
  void aPausedPeerIsNotIdle() {
    Gate gate = fixture.gate();
    listener.whenMessage((session, text) -> gate.pass());
    connect(server().readIdleTimeout(Duration.ofSeconds(20)).inboundQueue(1, 1));
    arrive(frames("a", "b", "c", "d"));
    gate.awaitReached();
    await().until(() -> session.stats().readPauses() > 0);

    pass(100);

    expectOpen();
    gate.open();
    listener.awaitMessages(4);
    await().until(() -> session.stats().undispatchedMessages() == 0);
    pass(30);
    expectClose(Kind.READ_IDLE, "readIdleTimeout");
  }

  @Test
  void cronIsCalledOncePerPeriod() {
    connect(server().cron(Duration.ofSeconds(10)));
    assertThat(session.cron()).isEqualTo(Duration.ofSeconds(10));

    pass(8);
    assertThat(listener.crons()).isZero();
    for (int i = 1; i <= 5; i++) {
      pass(10);
      awaitCron(i);
    }
    assertThat(listener.crons()).isEqualTo(5);
  }

  @Test
  void theCronPeriodCanBeChangedAndSwitchedOnAndOff() {
    connect(server());
    pass(100);
    assertThat(listener.crons()).isZero();

    session.setCron(Duration.ofSeconds(1));
    awaitLoop();
    for (int i = 1; i <= 5; i++) {
      time.advance(Duration.ofMillis(1100));
      awaitCron(i);
    }
    session.setCron(Duration.ZERO);
    awaitLoop();
    int before = listener.crons();
    pass(100);

    assertThat(listener.crons()).isEqualTo(before);
    assertThat(session.cron()).isZero();
  }

  /** Waits until the listener's onCron has been called {@code count} times and has returned. */
  private void awaitCron(int count) {
    listener.awaitCrons(count);
    int before = listener.messages().size();
    peer.write(frames("ping"));
    listener.awaitMessages(before + 1);
  }

  /** Waits until the I/O thread has run all tasks submitted so far. */
  private void awaitLoop() {
    long before = session.stats().messagesIn();
    peer.write(frames("ping"));
    await().until(() -> session.stats().messagesIn() == before + 1);
  }

  @Test
  void aCronThatTakesLongIsNotCalledAgainMeanwhile() {
    Gate gate = fixture.gate();
    listener.whenCron(session -> gate.pass());
    connect(server().cron(Duration.ofSeconds(1)));

    pass(2);
    gate.awaitReached();
    pass(20);
    assertThat(listener.crons()).isEqualTo(1);
    gate.open();
    await()
        .until(() -> {
          pass(2);
          return listener.crons() >= 3;
        });
    assertThat(listener.crons()).isLessThan(20);
  }

  @Test
  void heartbeatsAreSentInSilenceAndTheirAnswersKeepTheSession() {
    connect(beating().heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(25), session -> "beat"));

    for (int i = 0; i < 5; i++) {
      pass(12);
      assertThat(peer.readExactly(8)).isEqualTo(frames("beat"));
      arrive(frames("answer"));
    }

    listener.awaitMessages(5);
    expectOpen();
  }

  @Test
  void aPeerThatAnswersNoHeartbeatIsDisconnected() {
    connect(beating().heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(25), session -> "beat"));

    pass(22);
    expectOpen();
    assertThat(peer.readExactly(16)).isEqualTo(frames("beat", "beat"));
    pass(7);

    CloseReason reason = expectClose(Kind.HEARTBEAT_TIMEOUT, "heartbeat");
    assertThat(reason.message()).contains("25");
  }

  @Test
  void aPeerThatOnlyListensStillGetsHeartbeats() {
    connect(beating().heartbeat(Duration.ofSeconds(10), Duration.ZERO, session -> "beat"));

    for (int i = 0; i < 4; i++) {
      session.send("news");
      pass(6);
    }

    // Something was sent every six seconds, but nothing was received for 24.
    assertThat(peer.readExactly(8)).isEqualTo(frames("news"));
    assertThat(peer.readExactly(16)).isEqualTo(frames("news", "beat"));
    pass(1000);
    expectOpen();
  }

  @Test
  void aBusySessionHasNoHeartbeats() {
    connect(beating().heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(25), session -> "beat"));

    for (int i = 0; i < 10; i++) {
      pass(5);
      arrive(frames("ping"));
      session.send("pong");
      assertThat(peer.readExactly(8)).isEqualTo(frames("pong"));
    }

    expectOpen();
  }

  @Test
  void aHeartbeatSupplierThatThrowsIsReportedAndTheSessionContinues() {
    connect(
        server()
            .heartbeat(
                Duration.ofSeconds(10),
                Duration.ofSeconds(25),
                session -> {
                  throw new IllegalStateException("no beat");
                }));

    pass(12);
    arrive(frames("still there"));
    pass(12);

    listener.awaitMessages(1);
    expectOpen();
  }

  @Test
  void aPeerThatDoesNotCloseAfterAnErrorIsCutWhenTheGraceEnds() {
    connect(server().drainGrace(Duration.ofSeconds(10)));
    arrive(TextCodec.header(-1));
    peer.expectEnd(SOON);
    assertThat(listener.closes()).isEmpty();

    pass(12);

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
  }

  @Test
  void periodsAndTimeoutsWorkAcrossAnOverflowOfTheClock() {
    FakeTime late = FakeTime.startingAt(Long.MAX_VALUE - Duration.ofSeconds(25).toNanos());
    connect(
        server()
            .time(Fixture.timeOf(late))
            .cron(Duration.ofSeconds(10))
            .readIdleTimeout(Duration.ofSeconds(15))
            .heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(20), session -> "beat"));

    for (int i = 1; i <= 5; i++) {
      arrive(frames("a"));
      late.advance(Duration.ofSeconds(11));
      awaitCron(i);
      expectOpen();
    }

    assertThat(late.nanoTime()).isNegative();
    assertThat(listener.crons()).isEqualTo(5);
    assertThat(session.stats().messagesOut()).as("heartbeats").isBetween(4L, 6L);
    late.advance(Duration.ofSeconds(18));
    expectClose(Kind.READ_IDLE, "readIdleTimeout");
  }

  @Test
  void theSweepPeriodFollowsTheShortestTimeout() {
    EventLoops loops = fixture.closing(EventLoops.create(Io.NIO, 1));
    Server<String> server = fixture.start(server().eventLoops(loops));
    peer = fixture.connect(server);
    session = listener.awaitSession();
    assertThat(time.untilNext()).isEqualTo(Duration.ofSeconds(1));

    // The session waits one second for the close of a peer that has violated the protocol.
    RawPeer other = fixture.connect(server);
    other.write(TextCodec.header(-1));
    other.expectEnd(SOON);
    assertThat(time.untilNext()).isEqualTo(Duration.ofMillis(100));
    other.close();
    listener.awaitCloses(1);
    time.advance(time.untilNext());
    assertThat(time.untilNext()).isEqualTo(Duration.ofSeconds(1));

    session.setCron(Duration.ofMillis(10));
    awaitLoop();
    assertThat(time.untilNext()).isEqualTo(Duration.ofMillis(10));
    session.setCron(Duration.ZERO);
    awaitLoop();
    time.advance(time.untilNext());
    assertThat(time.untilNext()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void lastActiveIsTheTimeOfTheLastReceivedData() {
    connect(server().readIdleTimeout(Duration.ofMinutes(10)));
    pass(100);
    assertThat(silence()).isBetween(Duration.ofSeconds(98), Duration.ofSeconds(105));

    arrive(frames("a"));
    pass(2);

    assertThat(silence()).isLessThan(Duration.ofSeconds(5));
  }

  private Duration silence() {
    return Duration.between(session.lastActive(), Instant.now());
  }
}
