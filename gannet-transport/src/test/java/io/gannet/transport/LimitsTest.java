package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.ResourceSnapshot;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.TransportUnderTest.Carrier;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The memory and the time that a hostile peer can use up: the default limits, on each transport.
 * The table in docs/limits.md lists all limits and the test of each.
 *
 * <p>The tests measure the peak memory of Netty's buffers, and also the heap where messages wait.
 * Netty allocates chunks of several MiB, so each peer tries to use far more than that.
 */
class LimitsTest {

  private static final int MIB = 1 << 20;
  private static final int MAX_MESSAGE = 4 * MIB;
  private static final int QUEUE = MIB;

  /** The memory allowed beyond a limit, because buffers are parts of larger chunks. */
  private static final long SLACK = 20L * MIB;

  private static final List<String> TEXTS = incompressible(64, 10_000);

  static Stream<Carrier> all() {
    return Stream.concat(streams(), Stream.of(Carrier.UDP));
  }

  /** All carriers but UDP, whose datagrams arrive whole or not at all. */
  static Stream<Carrier> streams() {
    return Stream.concat(
        Stream.of(Carrier.TCP, Carrier.TLS, Carrier.UNIX, Carrier.TCP_DEFLATE), webSockets());
  }

  static Stream<Carrier> webSockets() {
    return Stream.of(Carrier.WEB_SOCKET, Carrier.WSS, Carrier.DEFLATED_WEB_SOCKET);
  }

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final RecordingListener<String> listener = fixture.listener();
  private Server<String> server;
  private HostilePeer peer;
  private Session<String> session;

  private ServerBuilder<String> server(Carrier carrier) {
    return server(carrier, new TextCodec());
  }

  private ServerBuilder<String> server(Carrier carrier, Codec<String> codec) {
    // UDP with its default options, which limit the bytes sent to an unconfirmed address.
    ServerBuilder<String> builder =
        carrier == Carrier.UDP
            ? Server.udp("127.0.0.1", 0, UdpOptions.defaults()).codec(codec)
            : carrier.server(codec);
    return builder
        .listener(listener)
        .time(Fixture.timeOf(time))
        .socketOptions(SocketOptions.defaults().withBuffers(0, 16 * 1024));
  }

  /** Connects a peer that reads nothing. */
  private void connect(Carrier carrier, ServerBuilder<String> builder, String... headers) {
    server = fixture.start(builder);
    peer = fixture.closing(HostilePeer.connect(carrier, server, headers));
    if (carrier == Carrier.UDP) {
      peer.send("here"); // or there is no session
    }
    session = listener.awaitSession();
    await().until(() -> !server.sessions().isEmpty());
  }

  /** Advances the clock until the session has ended, and returns by how much. */
  private Duration passUntilClosed() {
    long before = time.nanoTime();
    await()
        .until(() -> {
          if (!server.sessions().isEmpty()) {
            time.advance(Duration.ofMillis(500));
          }
          return server.sessions().isEmpty();
        });
    return Duration.ofNanos(time.nanoTime() - before);
  }

  /**
   * After a violation, the session waits for the peer's close for one second, whatever the peer
   * sends.
   */
  private CloseReason expectViolation(Kind kind) {
    listener.awaitError();
    assertThat(passUntilClosed()).isLessThan(Duration.ofSeconds(10));
    assertThat(listener.awaitClose().kind()).isEqualTo(kind);
    return listener.awaitClose();
  }

  private void expectOpenAfter(Duration passed) {
    time.advance(passed);
    assertThat(listener.closes()).isEmpty();
    assertThat(session.isOpen()).isTrue();
  }

  /** Texts that hardly compress. */
  private static List<String> incompressible(int count, int length) {
    return new Random(42)
        .ints((long) count * length, ' ', '~')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString()
        .transform(all ->
            Stream.iterate(0, i -> i + length).limit(count).map(i -> all.substring(i, i + length)))
        .toList();
  }

  // ---------------------------------------------------------------- size of a message

  @ParameterizedTest
  @MethodSource("all")
  void aMessageOverTheLimitIsRefusedBeforeItIsBuffered(Carrier carrier) {
    boolean udp = carrier == Carrier.UDP;
    connect(carrier, udp ? server(carrier).maxMessageSize(1_000) : server(carrier));
    try (PeakMemory peak = new PeakMemory()) {
      if (udp) { // which knows of a size only what has come
        for (int i = 0; i < 100; i++) {
          peer.send("x".repeat(60_000));
        }
        assertThat(listener.awaitError()).isInstanceOf(MessageTooLargeException.class);
        assertThat(session.isOpen()).isTrue();
      } else {
        peer.announce(Integer.MAX_VALUE);
        assertThat(expectViolation(Kind.MESSAGE_TOO_LARGE).message())
            .contains("maxMessageSize", "4,194,304");
      }
      assertThat(peak.growth()).isLessThan(SLACK);
    }
    assertThat(listener.messages()).doesNotContain("x");
  }

  @ParameterizedTest
  @MethodSource("all")
  void aMessageOverTheLimitIsNotSent(Carrier carrier) {
    connect(carrier, server(carrier));
    try (PeakMemory peak = new PeakMemory()) {
      assertThatThrownBy(() -> session.send("x".repeat(64 * MIB)))
          .isInstanceOf(MessageTooLargeException.class)
          .hasMessageContaining("maxMessageSize");
      assertThat(peak.growth()).isLessThan(2L * MAX_MESSAGE + SLACK);
    }
    assertThat(session.stats().queuedBytes()).isZero();
    assertThat(session.isOpen()).isTrue();
  }

  // ---------------------------------------------------------------- outbound queue, write stall

  @ParameterizedTest
  @MethodSource("all")
  void aPeerThatNeverReadsFillsTheOutboundQueueOnlyAndIsCutAfterThirtySeconds(Carrier carrier) {
    connect(carrier, server(carrier).queuePolicy(QueuePolicy.DROP));
    try (PeakMemory peak = new PeakMemory()) {
      for (int i = 0; i < 50; i++) {
        TEXTS.forEach(session::send); // 32 MB together
      }
      SessionStats stats = session.stats();
      assertThat(stats.queuedBytes()).isBetween(QUEUE / 2L, QUEUE + 20_000L);
      assertThat(stats.messagesDropped()).isGreaterThan(1_500);
      assertThat(peak.growth()).isLessThan(QUEUE + SLACK);
    }
    time.advance(Duration.ofSeconds(2)); // the last look at what has left
    expectOpenAfter(Duration.ofSeconds(27));

    assertThat(passUntilClosed()).isLessThan(Duration.ofSeconds(10));
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.WRITE_STALLED);
    assertThat(listener.awaitClose().message()).contains("writeStallTimeout");
  }

  // ---------------------------------------------------------------- undispatched inbound

  @ParameterizedTest
  @MethodSource("all")
  void aSlowListenerPausesThePeerInsteadOfUsingMemory(Carrier carrier) {
    Gate gate = fixture.gate();
    listener.whenMessage((from, text) -> gate.pass());
    connect(carrier, server(carrier));
    int length = 10_000;
    byte[] message = peer.message("x".repeat(length));
    ResourceSnapshot before = ResourceSnapshot.take();
    try (PeakMemory peak = new PeakMemory()) {
      peer.flood(message);
      await().until(() -> session.stats().readPauses() > 0);
      awaitStandstill(carrier);

      assertThat(peak.growth()).isLessThan(SLACK);
    }
    // At most one read beyond the limit. A read of WebSocket or compressed bytes may end within a
    // message.
    assertThat(session.stats().undispatchedMessages())
        .isBetween(4 * MIB / length, 5 * MIB / length);
    assertThat(ResourceSnapshot.take().heapBytes() - before.heapBytes()).isLessThan(16L * MIB);
    assertThat(session.isOpen()).isTrue();
    session.close(StopMode.NOW);
    gate.open();
  }

  /** Waits until the flood makes no progress; on UDP, until many datagrams have been dropped. */
  private void awaitStandstill(Carrier carrier) {
    if (carrier == Carrier.UDP) {
      await().until(() -> session.stats().messagesLost() > 1_000);
      return;
    }
    long[] before = {-1};
    int[] looks = {0};
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          looks[0] = peer.flooded() == before[0] ? looks[0] + 1 : 0;
          before[0] = peer.flooded();
          return looks[0] == 10;
        });
  }

  // ---------------------------------------------------------------- incomplete message

  @ParameterizedTest
  @MethodSource("streams")
  void anIncompleteMessageIsCutAfterThirtySeconds(Carrier carrier) {
    connect(carrier, server(carrier));
    int length = MAX_MESSAGE - 1_000;
    try (PeakMemory peak = new PeakMemory()) {
      peer.begin(length);
      if (HostilePeer.isWebSocket(carrier)) {
        peer.awaitPong();
      } else {
        await().until(() -> session.stats().bytesIn() >= length);
      }
      // Data that has outgrown its buffer is copied into one of up to twice the size.
      assertThat(peak.growth()).isLessThan(3L * MAX_MESSAGE + SLACK);
    }
    expectOpenAfter(Duration.ofSeconds(29));

    assertThat(passUntilClosed()).isLessThan(Duration.ofSeconds(10));
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.INCOMPLETE_MESSAGE);
    assertThat(listener.awaitClose().message()).contains("incompleteMessageTimeout");
  }

  // ---------------------------------------------------------------- drain grace

  @ParameterizedTest
  @MethodSource("all")
  void aDrainEndsAfterTenSecondsEvenIfThePeerDoesNotRead(Carrier carrier) {
    connect(
        carrier, server(carrier).writeStallTimeout(Duration.ZERO).queuePolicy(QueuePolicy.DROP));
    for (int i = 0; i < 20; i++) {
      TEXTS.forEach(session::send);
    }
    session.close(StopMode.DRAIN);
    await().until(() -> !session.isOpen());
    time.advance(Duration.ofSeconds(8));
    assertThat(listener.closes()).isEmpty();

    assertThat(passUntilClosed()).isLessThan(Duration.ofSeconds(10));
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DRAIN_TIMEOUT);
  }

  // ---------------------------------------------------------------- sessions per server

  /** {@link UdpFloodTest} has the same for UDP. */
  @ParameterizedTest
  @MethodSource("streams")
  void sessionsAboveTheLimitCostNothing(Carrier carrier) throws Exception {
    RecordingObserver observer = new RecordingObserver();
    connect(carrier, server(carrier).maxSessions(1).observer(observer));
    ResourceSnapshot before = null;
    int count = 0;
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 100; i++) {
        HostilePeer.knock(carrier, server).close();
      }
      count += 100;
      observer.awaitRejections(count);
      if (before == null) {
        before = ResourceSnapshot.take(); // now all that is made once is there
      }
    }

    assertThat(observer.rejections())
        .extracting(RecordingObserver.Rejection::reason)
        .containsOnly(RejectReason.MAX_SESSIONS);
    assertThat(server.sessionCount()).isEqualTo(1);
    before.assertNothingLeftOver(2L * MIB, SOON);
  }

  // ---------------------------------------------------------------- handshakes

  /** Starts of handshakes that never end. */
  enum Unfinished {
    TLS {
      @Override
      void begin(HostilePeer peer) {
        byte[] record = new byte[16_000];
        System.arraycopy(new byte[] {22, 3, 1, 0x40, 0, 1, 0, 0x3F, (byte) 0xFC}, 0, record, 0, 9);
        peer.write(record); // of a ClientHello of 16 KiB
      }
    },

    WEB_SOCKET {
      @Override
      void begin(HostilePeer peer) {
        peer.write(("GET /" + "x".repeat(7_000) + " HTTP/1.1\r\n").getBytes(US_ASCII));
        peer.write(("X-Long: " + "x".repeat(14_000)).getBytes(US_ASCII));
      }
    },

    WSS {
      @Override
      HostilePeer connect(Server<?> server) {
        return HostilePeer.encrypt(Carrier.WSS, server);
      }

      @Override
      void begin(HostilePeer peer) {
        WEB_SOCKET.begin(peer);
      }
    },

    PROXY_1 {
      @Override
      void begin(HostilePeer peer) {
        peer.write("PROXY TCP6 2001:db8:0:0:0:0:0:1 2001:db8:0:0:".getBytes(US_ASCII));
      }
    },

    PROXY_2 {
      @Override
      void begin(HostilePeer peer) {
        peer.write("\r\n\r\n\0\r\nQUIT\n!\u0011\0".getBytes(US_ASCII));
      }
    };

    ServerBuilder<String> server() {
      return switch (this) {
        case TLS -> Carrier.TLS.server(new TextCodec());
        case WEB_SOCKET -> Carrier.WEB_SOCKET.server(new TextCodec());
        case WSS -> Carrier.WSS.server(new TextCodec());
        case PROXY_1, PROXY_2 ->
            Carrier.TCP
                .server(new TextCodec())
                .proxyProtocol(ProxyProtocol.required(IpFilter.allow("127.0.0.1")));
      };
    }

    HostilePeer connect(Server<?> server) {
      return HostilePeer.encrypt(Carrier.TCP, server);
    }

    abstract void begin(HostilePeer peer);
  }

  @ParameterizedTest
  @EnumSource
  void anIncompleteHandshakeIsCutAfterTenSeconds(Unfinished handshake) {
    int connections = 100;
    RecordingObserver observer = new RecordingObserver();
    server =
        fixture.start(
            handshake.server().listener(listener).observer(observer).time(Fixture.timeOf(time)));
    List<HostilePeer> peers = new ArrayList<>();
    try (PeakMemory peak = new PeakMemory()) {
      for (int i = 0; i < connections; i++) {
        HostilePeer each = fixture.closing(handshake.connect(server));
        handshake.begin(each);
        peers.add(each);
      }
      await().until(() -> time.pending() >= connections);
      time.advance(Duration.ofSeconds(10).minusMillis(1));
      assertThat(observer.rejections()).isEmpty();
      assertThat(peak.growth()).isLessThan(connections * 65_536L + SLACK);
    }

    time.advance(Duration.ofMillis(1));

    assertThat(observer.awaitRejections(connections))
        .hasSize(connections)
        .extracting(RecordingObserver.Rejection::reason)
        .containsOnly(RejectReason.HANDSHAKE_TIMEOUT);
    peers.forEach(HostilePeer::awaitEnd);
    assertThat(listener.sessions()).isZero();
  }

  // ---------------------------------------------------------------- of WebSocket

  @ParameterizedTest
  @MethodSource("webSockets")
  void theFramesOfAMessageAreLimitedTogether(Carrier carrier) {
    connect(carrier, server(carrier));
    try (PeakMemory peak = new PeakMemory()) {
      peer.begin(MAX_MESSAGE - 1_000);
      peer.write(WebSocketPeer.header(0x80 | WebSocketPeer.CONTINUATION, 1 << 30, true));
      expectViolation(Kind.MESSAGE_TOO_LARGE);
      assertThat(peak.growth()).isLessThan(3L * MAX_MESSAGE + SLACK);
    }
  }

  @ParameterizedTest
  @MethodSource("webSockets")
  void aMessageHasAtMostAThousandFrames(Carrier carrier) {
    connect(carrier, server(carrier));
    peer.write(WebSocketPeer.frame(WebSocketPeer.BINARY, (byte) 0));
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int i = 0; i < 1_000; i++) {
      frames.writeBytes(WebSocketPeer.frame(WebSocketPeer.CONTINUATION));
    }
    try (PeakMemory peak = new PeakMemory()) {
      peer.flood(frames.toByteArray());
      assertThat(expectViolation(Kind.MESSAGE_TOO_LARGE).message())
          .contains("1,024", "maxFragments");
      assertThat(peak.growth()).isLessThan(SLACK);
    }
  }

  @Test
  void aMessageIsRefusedWhenItInflatesBeyondTheLimit() {
    Carrier carrier = Carrier.DEFLATED_WEB_SOCKET;
    connect(carrier, server(carrier), "Sec-WebSocket-Extensions: permessage-deflate");
    byte[] bomb = new byte[100_000];
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(new byte[64 * MIB]);
    int length = deflater.deflate(bomb, 0, bomb.length, Deflater.SYNC_FLUSH);
    deflater.end();
    try (PeakMemory peak = new PeakMemory()) {
      peer.write(WebSocketPeer.frame(0xC0 | WebSocketPeer.BINARY, Arrays.copyOf(bomb, length - 4)));
      expectViolation(Kind.MESSAGE_TOO_LARGE);
      assertThat(peak.growth()).isLessThan(3L * MAX_MESSAGE + SLACK);
    }
  }

  @ParameterizedTest
  @MethodSource("webSockets")
  void aPeerThatPingsButNeverReadsCostsOnePongAndIsCutAfterThirtySeconds(Carrier carrier) {
    connect(carrier, server(carrier));
    byte[] pings = pings(50_000);
    ResourceSnapshot before = ResourceSnapshot.take();
    try (PeakMemory peak = new PeakMemory()) {
      peer.write(pings);
      peer.send("read");
      listener.awaitMessages(1);
      assertThat(peak.growth()).isLessThan(SLACK);
    }
    assertThat(ResourceSnapshot.take().heapBytes() - before.heapBytes()).isLessThan(8L * MIB);
    time.advance(Duration.ofSeconds(2)); // the last look at what has left
    expectOpenAfter(Duration.ofSeconds(27));

    assertThat(passUntilClosed()).isLessThan(Duration.ofSeconds(10));
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.WRITE_STALLED);
  }

  private static byte[] pings(int count) {
    byte[] ping = WebSocketPeer.frame(0x80 | WebSocketPeer.PING, new byte[125]);
    ByteArrayOutputStream all = new ByteArrayOutputStream(count * ping.length);
    for (int i = 0; i < count; i++) {
      all.writeBytes(ping);
    }
    return all.toByteArray();
  }

  // ---------------------------------------------------------------- text in messages to people

  @Test
  void dataOfAPeerIsTruncatedInMessages() {
    Codec<String> knowsNone =
        new TextCodec() {
          @Override
          public @Nullable String decode(CodecContext context, ReadBuffer in) {
            String text = super.decode(context, in);
            if (text != null) {
              throw new DecodeException("no command: " + text);
            }
            return null;
          }
        };
    connect(Carrier.TCP, server(Carrier.TCP, knowsNone));
    peer.send("\n".repeat(MIB));

    String said = expectViolation(Kind.DECODE_FAILED).message();
    assertThat(said).contains("no command: \\n\\n").doesNotContain("\n").hasSizeLessThan(1_000);
    assertThat(listener.awaitError()).hasMessage(said);
  }
}
