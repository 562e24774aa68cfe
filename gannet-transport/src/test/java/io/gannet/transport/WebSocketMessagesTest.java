package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.WebSocketPeer.BINARY;
import static io.gannet.transport.WebSocketPeer.CLOSE;
import static io.gannet.transport.WebSocketPeer.CONTINUATION;
import static io.gannet.transport.WebSocketPeer.PING;
import static io.gannet.transport.WebSocketPeer.PONG;
import static io.gannet.transport.WebSocketPeer.TEXT;
import static io.gannet.transport.WebSocketPeer.deflated;
import static io.gannet.transport.WebSocketPeer.frame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages, limits and the end of WebSocket sessions, tested with a peer that has its own framing.
 */
class WebSocketMessagesTest {

  /** The number and size of messages that exceed all buffers on the way to a peer. */
  private static final int FILLERS = 64;

  private static final int FILLER = 64 << 10;

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final RecordingListener<String> listener = fixture.echo();
  private final RecordingListener<String> silent = fixture.listener();
  private int pingsSent;
  private WebSocketPeer peer;
  private Session<String> session;

  private ServerBuilder<String> server(WebSocketOptions options) {
    return Server.webSocket("127.0.0.1", 0, options)
        .codec(Codecs.whole(Bodies.utf8()))
        .listener(listener);
  }

  private ServerBuilder<String> server() {
    return server(WebSocketOptions.defaults());
  }

  private void connect(ServerBuilder<String> builder, String... headers) {
    connect(builder, listener, headers);
  }

  private void connect(
      ServerBuilder<String> builder, RecordingListener<String> atServer, String... headers) {
    Server<String> server = fixture.start(builder);
    peer = fixture.closing(WebSocketPeer.open(server, "/", headers));
    session = atServer.awaitSession();
    await().until(() -> !server.sessions().isEmpty()); // there are no heartbeats before
  }

  private void expectViolation(Kind kind, int code) {
    assertThat(peer.readClose()).isEqualTo(code);
    peer.raw().expectGone(SOON);
    peer.close();
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(kind);
    assertThat(reason.closeCode()).isEqualTo(code);
    assertThat(listener.errors()).isNotEmpty();
  }

  private void expect(int opcode, String text) {
    WebSocketPeer.Frame frame = peer.read();
    assertThat(frame.opcode()).isEqualTo(opcode);
    assertThat(frame.last()).isTrue();
    assertThat(frame.reserved()).isZero();
    assertThat(frame.text()).isEqualTo(text);
  }

  @Test
  void textAndBinaryAreReceivedAndTheConfiguredKindIsSent() {
    connect(server());
    peer.sendText("grüß");
    expect(BINARY, "grüß");
    peer.send(BINARY, "bytes".getBytes(UTF_8));
    expect(BINARY, "bytes");
  }

  @Test
  void textIsSentIfConfigured() {
    connect(server(WebSocketOptions.defaults().withText()));
    peer.send(BINARY, "bytes".getBytes(UTF_8));
    expect(TEXT, "bytes");
    session.sendEncoded(ByteBuffer.wrap("encoded".getBytes(UTF_8)));
    expect(TEXT, "encoded");
    session.sendAll(List.of("one", "", "three"));
    expect(TEXT, "one");
    expect(TEXT, "");
    expect(TEXT, "three");
  }

  @Test
  void aCodecMayDistinguishTextAndBinary() {
    Server<WebSocketMessage> server =
        fixture.start(
            Server.webSocket(0).codec(Codecs.webSocketMessages()).onMessage(Session::send));
    peer = fixture.closing(WebSocketPeer.open(server));

    peer.sendText("text");
    peer.send(BINARY, (byte) 0, (byte) -1);
    peer.sendText("");
    peer.send(BINARY);

    expect(TEXT, "text");
    assertThat(peer.read())
        .satisfies(frame -> {
          assertThat(frame.opcode()).isEqualTo(BINARY);
          assertThat(frame.payload()).containsExactly(0, -1);
        });
    expect(TEXT, "");
    expect(BINARY, "");

    Codec<WebSocketMessage> codec = Codecs.webSocketMessages();
    server.broadcastEncoded(Encoded.of(codec, new WebSocketMessage.Text("once")));
    expect(TEXT, "once");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 1024, 1025, 8191, 65_535, 65_536, 1_000_000})
  void messagesOfEverySizeGoThrough(int size) {
    connect(server());
    String text = "x".repeat(size);

    for (int i = 0; i < 3; i++) {
      peer.sendText(text);
    }

    for (int i = 0; i < 3; i++) {
      expect(BINARY, text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void messagesOfManySizesMayComeAndLeaveTogether(int bytesMissing) {
    connect(server());
    List<String> texts =
        IntStream.of(0, 1, 125, 126, 3, 65_535, 7, 65_536, 127, 2, 70_000, 64, 64, 1)
            .mapToObj(size -> "abcdefghijklm".repeat(size / 13 + 1).substring(0, size))
            .toList();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    texts.forEach(text -> bytes.writeBytes(frame(0x81, text.getBytes(UTF_8))));
    byte[] all = bytes.toByteArray();
    int first = all.length - bytesMissing;

    peer.write(Arrays.copyOf(all, first));
    peer.write(Arrays.copyOfRange(all, first, all.length));

    texts.forEach(text -> expect(BINARY, text));
    session.sendAll(texts);
    texts.forEach(text -> expect(BINARY, text));
  }

  @Test
  void oneWebSocketMessageMayContainSeveralMessagesOfTheCodec() {
    RecordingListener<String> framed = fixture.listener();
    Server<String> server =
        fixture.start(Server.webSocket(0).codec(new TextCodec()).listener(framed));
    peer = fixture.closing(WebSocketPeer.open(server));

    peer.send(BINARY, TextCodec.frames("one", "two"));
    peer.send(BINARY);
    peer.send(BINARY, TextCodec.frames("three"));

    assertThat(framed.awaitMessages(3)).containsExactly("one", "two", "three");
  }

  @Test
  void bytesThatTheCodecLeavesEndTheSession() {
    RecordingListener<String> framed = fixture.listener();
    Server<String> server =
        fixture.start(Server.webSocket(0).codec(new TextCodec()).listener(framed));
    peer = fixture.closing(WebSocketPeer.open(server));

    peer.send(BINARY, Arrays.copyOf(TextCodec.frames("one", "two"), 12));

    assertThat(peer.readClose()).isEqualTo(1007);
    assertThat(framed.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
    assertThat(framed.messages()).containsExactly("one");
    assertThat(framed.awaitError()).hasMessageContaining("in the middle");
  }

  @Test
  void framesOfAMessageAreJoinedDespitePingsBetweenThem() {
    connect(server());
    byte[] text = "äöü".getBytes(UTF_8);

    peer.write(frame(TEXT, Arrays.copyOf(text, 1)));
    peer.write(frame(0x80 | PING, (byte) 7));
    peer.write(frame(CONTINUATION, Arrays.copyOfRange(text, 1, 4)));
    peer.write(frame(CONTINUATION));
    peer.write(frame(0x80 | CONTINUATION, Arrays.copyOfRange(text, 4, 6)));

    assertThat(peer.read().opcode()).isEqualTo(PONG);
    expect(BINARY, "äöü");
  }

  @Test
  void messagesArriveFromSingleBytesOfTheSocket() {
    connect(server());
    for (byte b : frame(0x81, "slowly".getBytes(UTF_8))) {
      peer.write(b);
    }
    expect(BINARY, "slowly");
  }

  @Test
  void messagesArriveHoweverTheBytesAreSplit() {
    connect(server());
    List<String> texts = List.of("one", "grüß", "x".repeat(126), "", "last");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(frame(0x80 | TEXT, "one".getBytes(UTF_8)));
    bytes.writeBytes(frame(TEXT, "gr\u00c3".getBytes(ISO_8859_1)));
    bytes.writeBytes(frame(0x80 | PING, (byte) 7));
    bytes.writeBytes(frame(0x80 | CONTINUATION, "\u00bc\u00c3\u009f".getBytes(ISO_8859_1)));
    texts.subList(2, 5).forEach(text -> bytes.writeBytes(frame(0x82, text.getBytes(UTF_8))));
    byte[] all = bytes.toByteArray();

    for (int split = 1; split < all.length; split++) {
      peer.write(Arrays.copyOf(all, split));
      peer.write(Arrays.copyOfRange(all, split, all.length));

      List<String> echoes = new ArrayList<>();
      int pongs = 0;
      while (pongs == 0 || echoes.size() < texts.size()) {
        WebSocketPeer.Frame frame = peer.read();
        if (frame.opcode() == PONG) {
          pongs++;
        } else {
          echoes.add(frame.text());
        }
      }
      assertThat(echoes).isEqualTo(texts);
      assertThat(pongs).isEqualTo(1);
    }
  }

  @Test
  void aPingIsAnsweredWithItsContent() {
    connect(server());
    for (int i = 0; i < 10; i++) {
      peer.send(PING, (byte) i);
    }
    for (int i = 0; i < 10; i++) {
      WebSocketPeer.Frame pong = peer.read();
      assertThat(pong.opcode()).isEqualTo(PONG);
      assertThat(pong.payload()).containsExactly(i);
    }
  }

  static List<byte[]> violations() {
    return List.of(
        WebSocketPeer.unmasked(0x81, "naked".getBytes(UTF_8)),
        frame(0xC1, "reserved bit".getBytes(UTF_8)),
        frame(0x83, "unknown opcode".getBytes(UTF_8)),
        frame(0x80 | CONTINUATION, "of nothing".getBytes(UTF_8)),
        frame(PING, "in fragments".getBytes(UTF_8)),
        frame(0x80 | PING, new byte[126]),
        frame(0x80 | CLOSE, (byte) 1),
        frame(0x80 | CLOSE, (byte) 3, (byte) 0xED)); // 1005 must not be sent
  }

  @ParameterizedTest
  @MethodSource("violations")
  void protocolViolationsCloseTheSession(byte[] bytes) {
    connect(server());
    peer.write(bytes);
    expectViolation(Kind.DECODE_FAILED, 1002);
  }

  @ParameterizedTest
  @MethodSource("violations")
  void afterAViolationTheServerDoesNotWaitForThePeer(byte[] bytes) {
    connect(server().time(Fixture.timeOf(time)));
    peer.write(bytes);
    assertThat(peer.read().code()).isEqualTo(1002);
    peer.raw().expectEnd(SOON); // no time has passed, and no close frame has come
    peer.raw().shutdownOutput();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
  }

  @Test
  void dataAfterAViolationIsIgnored() {
    connect(server());
    byte[] wrong = frame(0xA1, "reserved bit".getBytes(UTF_8));
    byte[] ping = frame(0x80 | PING);
    byte[] both = Arrays.copyOf(wrong, wrong.length + ping.length);
    System.arraycopy(ping, 0, both, wrong.length, ping.length);

    peer.write(both);

    expectViolation(Kind.DECODE_FAILED, 1002);
  }

  @Test
  void afterAViolationAClientLetsTheServerEndTheConnection() {
    try (RawServer server = RawServer.start()) {
      fixture.start(
          Client.webSocket("ws://127.0.0.1:" + server.port())
              .codec(Codecs.whole(Bodies.utf8()))
              .noReconnect()
              .time(Fixture.timeOf(time))
              .listener(listener));
      RawPeer client = WebSocketPeer.accept(server);
      client.write(WebSocketPeer.unmasked(0xA1, "reserved bit".getBytes(UTF_8)));
      byte[] close = client.readExactly(2 + 4);
      assertThat(close).startsWith(0x88, 0x80 | "..decode failed".length());
      client.readExactly("..decode failed".length());
      client.expectSilence(Duration.ofMillis(100));

      client.shutdownOutput();

      client.expectEnd(SOON);
      assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
    }
  }

  @Test
  void anInvalidCloseFrameStillClosesTheSession() {
    connect(server().time(Fixture.timeOf(time)));
    session.close();
    assertThat(peer.read().code()).isEqualTo(1000);
    peer.send(CLOSE, (byte) 1);
    peer.raw().expectEnd(SOON);
    peer.raw().shutdownOutput();
    assertThat(listener.awaitClose().closeCode()).isEqualTo(1000);
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    connect(server());
    peer.send(TEXT, (byte) 0xC3, (byte) 0x28);
    expectViolation(Kind.DECODE_FAILED, 1007);
  }

  /** Autobahn's cases 6.4.1 to 6.4.4: invalid text is refused before the rest of it has arrived. */
  @ParameterizedTest
  @ValueSource(strings = {"fragments", "one frame", "bytes"})
  void textThatCanNotBecomeUtf8IsRefusedBeforeItsEnd(String cut) {
    connect(server());
    byte[] wrong = "gr\u00c3\u00bc\u00c3\u009f abcdefghijklmnop \u00f4\u0090".getBytes(ISO_8859_1);
    int good = wrong.length - 1;
    switch (cut) {
      case "fragments" -> {
        peer.write(frame(TEXT, Arrays.copyOf(wrong, good)));
        peer.write(frame(0x80 | PING));
        assertThat(peer.read().opcode()).isEqualTo(PONG); // so far it may become text
        peer.write(frame(CONTINUATION, Arrays.copyOfRange(wrong, good, wrong.length)));
      }
      case "one frame" -> {
        byte[] frame = frame(0x81, Arrays.copyOf(wrong, 1000));
        peer.write(Arrays.copyOf(frame, frame.length - 1000 + wrong.length));
      }
      default -> {
        byte[] frame = frame(0x81, Arrays.copyOf(wrong, 100));
        peer.raw().writeEachByte(Arrays.copyOf(frame, frame.length - 100 + wrong.length));
      }
    }
    expectViolation(Kind.DECODE_FAILED, 1007);
  }

  @Test
  void textMayArriveInPiecesOfAnySize() {
    connect(server());
    String text = "grüß € 𝄞 \uFFFF ".repeat(20);
    byte[] bytes = text.getBytes(UTF_8);
    byte[] whole = frame(0x81, bytes);
    int count = 0;
    for (int piece = 1; piece < 40; piece += 3) {
      for (int at = 0; at < whole.length; at += piece) {
        peer.write(Arrays.copyOfRange(whole, at, Math.min(at + piece, whole.length)));
      }
      for (int at = 0; at < bytes.length; at += piece) {
        byte[] part = Arrays.copyOfRange(bytes, at, Math.min(at + piece, bytes.length));
        peer.write(frame(at == 0 ? TEXT : CONTINUATION, part));
      }
      peer.write(frame(0x80 | CONTINUATION));
      count += 2;
    }
    assertThat(listener.awaitMessages(count)).hasSize(count).containsOnly(text);
  }

  @Test
  void textThatEndsInsideACharacterIsRefused() {
    connect(server());
    peer.write(frame(TEXT, (byte) 'x'));
    peer.write(frame(CONTINUATION, (byte) 0xC3));
    peer.write(frame(0x80 | CONTINUATION));
    expectViolation(Kind.DECODE_FAILED, 1007);
  }

  @Test
  void aCloseWhoseTextIsNotUtf8IsRefused() {
    connect(server());
    peer.send(CLOSE, (byte) 3, (byte) 0xE8, (byte) 0xC3);
    expectViolation(Kind.DECODE_FAILED, 1007);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 32_768, 65_535})
  void codesThatMayNotBeReceivedAreRefused(int code) {
    connect(server());
    peer.send(CLOSE, (byte) (code >> 8), (byte) code);
    expectViolation(Kind.DECODE_FAILED, 1002);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1003, 1007, 1014, 3000, 4999})
  void codesThatMayBeReceivedAreAnswered(int code) {
    connect(server());
    peer.send(CLOSE, (byte) (code >> 8), (byte) code);
    assertThat(peer.read().code()).isEqualTo(code);
    assertThat(listener.awaitClose().closeCode()).isEqualTo(code);
  }

  @Test
  void reservedBitsWithoutNegotiatedCompressionAreRefused() {
    connect(server(WebSocketOptions.defaults().withCompression()));
    peer.write(frame(0xC1, deflated("not agreed".getBytes(UTF_8))));
    expectViolation(Kind.DECODE_FAILED, 1002);
  }

  @Test
  void aFrameOverTheLimitIsRefusedBeforeItIsComplete() {
    connect(server().maxMessageSize(1000));
    peer.write(WebSocketPeer.header(0x82, 1001, true));
    expectViolation(Kind.MESSAGE_TOO_LARGE, 1009);
    assertThat(listener.closes().getFirst().message()).contains("maxMessageSize", "1,000");
  }

  @Test
  void framesThatTogetherAreOverTheLimitAreRefused() {
    connect(server().maxMessageSize(1000));
    peer.write(frame(BINARY, new byte[600]));
    peer.write(frame(CONTINUATION, new byte[401]));
    expectViolation(Kind.MESSAGE_TOO_LARGE, 1009);
  }

  @Test
  void aMessageInTooManyFramesIsRefused() {
    connect(server());
    peer.write(frame(TEXT, (byte) 'x'));
    for (int i = 0; i < 1022; i++) {
      peer.write(frame(CONTINUATION));
    }
    peer.write(frame(0x80 | CONTINUATION));
    expect(BINARY, "x");
    peer.write(frame(TEXT, (byte) 'x'));
    for (int i = 0; i < 1024; i++) {
      peer.write(frame(CONTINUATION));
    }
    expectViolation(Kind.MESSAGE_TOO_LARGE, 1009);
    assertThat(listener.closes().getFirst().message()).contains("1,024", "maxFragments");
  }

  /** Frames with an invalid header, and with text that is not UTF-8 either. */
  static List<Arguments> framesThatAreWrongInTwoWays() {
    byte[] noText = new byte[401];
    Arrays.fill(noText, (byte) 0xff);
    byte[] some = new byte[600];
    List<Arguments> all = new ArrayList<>();
    for (int came : new int[] {0, 2, noText.length}) {
      all.add(argumentSet("limit", some, frame(0x80 | CONTINUATION, noText), came, 1009));
      all.add(argumentSet("fragments", new byte[1], frame(CONTINUATION, noText), came, 1009));
      all.add(argumentSet("reserved", new byte[1], frame(0xA0, noText), came, 1002));
    }
    return all;
  }

  @ParameterizedTest(name = "{argumentSetName}, {2} bytes")
  @MethodSource("framesThatAreWrongInTwoWays")
  void aFrameThatIsWrongInTwoWaysIsRefusedForTheSameHoweverMuchOfItHasCome(
      byte[] begin, byte[] wrong, int came, int code) {
    connect(server(WebSocketOptions.defaults().withMaxFragments(2)).maxMessageSize(1000));
    peer.write(frame(TEXT, begin));
    if (begin.length == 1 && code == 1009) {
      peer.write(frame(CONTINUATION));
    }
    peer.write(Arrays.copyOf(wrong, wrong.length - 401 + came));
    expectViolation(code == 1009 ? Kind.MESSAGE_TOO_LARGE : Kind.DECODE_FAILED, code);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCloseWithReservedBitsIsRefusedForThem(boolean whole) {
    connect(server());
    byte[] wrong = frame(0x90 | CLOSE, (byte) 3, (byte) 0xE8, (byte) 0xff);
    peer.write(whole ? wrong : Arrays.copyOf(wrong, wrong.length - 1));
    expectViolation(Kind.DECODE_FAILED, 1002);
  }

  private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

  @Test
  void aCompressionBombIsRefusedAtTheLimit() {
    connect(server(WebSocketOptions.defaults().withCompression()), DEFLATE);
    byte[] bomb = deflated(new byte[64 << 20]);
    assertThat(bomb.length).isLessThan(128 * 1024);

    peer.write(frame(0xC2, bomb));

    expectViolation(Kind.MESSAGE_TOO_LARGE, 1009);
    assertThat(session.stats().bytesIn()).isZero();
  }

  @Test
  void aMessageThatInflatesToExactlyTheLimitIsAccepted() {
    connect(server(WebSocketOptions.defaults().withCompression()).maxMessageSize(10_000), DEFLATE);

    peer.write(frame(0xC2, deflated("x".repeat(10_000).getBytes(UTF_8))));
    assertThat(listener.awaitMessages(1)).containsExactly("x".repeat(10_000));
    WebSocketPeer.Frame answer = peer.read();
    assertThat(answer.reserved()).isEqualTo(4);
    assertThat(answer.payload().length).isLessThan(100);
    peer.write(frame(0xC2, deflated("x".repeat(10_001).getBytes(UTF_8))));
    expectViolation(Kind.MESSAGE_TOO_LARGE, 1009);
  }

  @Test
  void allMessagesInflatedFromOneReadCountForThePause() {
    int size = 100_000;
    int count = 100;
    int limit = 1_000_000;
    String text = "x".repeat(size);
    Gate gate = fixture.gate();
    RecordingListener<String> slow = fixture.listener().whenMessage((from, each) -> gate.pass());
    connect(
        server(WebSocketOptions.defaults().withCompression())
            .listener(slow)
            .inboundQueue(1024, limit),
        slow,
        DEFLATE);
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      frames.writeBytes(frame(0xC2, deflated(text.getBytes(UTF_8))));
    }
    assertThat(frames.size()).isLessThan(32 * 1024);

    peer.write(frames.toByteArray());
    await().until(() -> session.stats().readPauses() > 0);

    assertThat(session.stats().bytesIn()).isBetween((long) limit, (long) limit + size);
    gate.open();
    assertThat(slow.awaitMessages(count)).hasSize(count).allMatch(text::equals);
  }

  @Test
  void framesThatCannotBeInflatedAreRefused() {
    connect(server(WebSocketOptions.defaults().withCompression()), DEFLATE);
    peer.write(frame(0xC2, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF));
    expectViolation(Kind.DECODE_FAILED, 1002);
  }

  /** Connects a peer that reads nothing, with small buffers on the way to it. */
  private void connectDeafPeer() {
    Server<String> server =
        fixture.start(
            server()
                .listener(silent)
                .time(Fixture.timeOf(time))
                .outboundQueue(64 << 20, 1 << 20)
                .socketOptions(SocketOptions.defaults().withBuffers(0, 16 << 10)));
    RawPeer small = RawPeer.connect(server.port(), 4096);
    peer = fixture.closing(WebSocketPeer.open(server, small, "/"));
    session = silent.awaitSession();
  }

  /** Sends pings, and then a text whose echo shows that they have been read. */
  private void pingAndAwait(int pings) {
    byte[] payload = new byte[125];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < pings; i++) {
      ByteBuffer.wrap(payload).putInt(pingsSent++);
      all.writeBytes(frame(0x80 | PING, payload));
    }
    int before = silent.messages().size();
    all.writeBytes(frame(0x81, "read".getBytes(UTF_8)));
    peer.write(all.toByteArray());
    silent.awaitMessages(before + 1);
  }

  @Test
  void onlyTheLastUnansweredPingIsKept() {
    connectDeafPeer();
    for (int i = 0; i < FILLERS; i++) {
      session.send("x".repeat(FILLER)); // more than fits on the way
    }
    for (int i = 0; i < 100; i++) {
      pingAndAwait(10);
    }
    assertThat(silent.closes()).isEmpty();

    List<Integer> pongs = new ArrayList<>();
    for (int texts = 0; texts < FILLERS || pongs.getLast() != pingsSent - 1; ) {
      WebSocketPeer.Frame frame = peer.read();
      if (frame.opcode() == PONG) {
        pongs.add(ByteBuffer.wrap(frame.payload()).getInt());
      } else {
        texts++;
      }
    }
    assertThat(pongs).hasSizeLessThan(5).isSorted(); // few, though none was lost on the way
  }

  @Test
  void aPeerThatPingsButReadsNoPongStallsTheWrite() {
    connectDeafPeer();
    pingAndAwait(50_000); // the first ones fill the buffers on the way back
    time.advance(Duration.ofSeconds(2));
    time.advance(Duration.ofSeconds(27));
    pingAndAwait(10);
    assertThat(silent.closes()).isEmpty();
    time.advance(Duration.ofSeconds(4));

    assertThat(silent.awaitClose().kind()).isEqualTo(Kind.WRITE_STALLED);
    assertThat(silent.awaitClose().message()).contains("writeStallTimeout");
    peer.raw().expectGone(SOON);
  }

  // ---------------------------------------------------------------- the end

  @Test
  void theCloseOfThePeerIsAnsweredAndVisible() {
    connect(server());
    peer.sendText("last");
    byte[] bye = "\u000f\u00a1".getBytes(ISO_8859_1);
    byte[] payload = Arrays.copyOf(bye, 2 + 3);
    System.arraycopy("bye".getBytes(UTF_8), 0, payload, 2, 3);
    peer.send(CLOSE, payload); // 4001

    expect(BINARY, "last");
    assertThat(peer.read().code()).isEqualTo(4001);
    peer.raw().expectEnd(SOON);
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(reason.closeCode()).isEqualTo(4001);
    assertThat(reason.message()).contains("4001", "bye");
  }

  @Test
  void aCloseWithoutACodeIsAnsweredWithoutOne() {
    connect(server());
    peer.send(CLOSE);

    assertThat(peer.read().payload()).isEmpty();
    assertThat(listener.awaitClose().closeCode()).isEqualTo(1005);
  }

  @Test
  void dataAfterThePeersCloseIsIgnored() {
    connect(server());
    peer.write(frame(0x80 | CLOSE, (byte) 3, (byte) 0xE8));
    peer.write(frame(0x81, "late".getBytes(UTF_8)));

    assertThat(peer.read().code()).isEqualTo(1000);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(listener.messages()).isEmpty();
  }

  @Test
  void codeAndTextOfThisSideReachThePeer() {
    Server<String> server = fixture.start(server());
    RecordingListener<String> atClient = fixture.listener();
    fixture.start(
        Client.webSocket("ws://127.0.0.1:" + server.port())
            .codec(Codecs.whole(Bodies.utf8()))
            .noReconnect()
            .listener(atClient));

    listener.awaitSession().close(4002, "ünd tschüss");

    CloseReason there = atClient.awaitClose();
    assertThat(there.kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(there.closeCode()).isEqualTo(4002);
    assertThat(there.message()).contains("ünd tschüss");
    CloseReason here = listener.awaitClose();
    assertThat(here.kind()).isEqualTo(Kind.CLOSED);
    assertThat(here.closeCode()).isEqualTo(4002);
  }

  @Test
  void codesThatMayNotBeSentAreRefused() {
    connect(server());
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
      assertThatThrownBy(() -> session.close(code, ""))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Integer.toString(code));
    }
    assertThatThrownBy(() -> session.close(1000, "ü".repeat(62)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void anOrdinaryCloseIsCode1000() {
    connect(server());
    session.close();
    assertThat(peer.readClose()).isEqualTo(1000);
    peer.raw().expectEnd(SOON);
    assertThat(listener.awaitClose().closeCode()).isEqualTo(1000);
  }

  @Test
  void aStopSendsTheQueueAndTheCloseAndWaitsForThePeersClose() {
    connect(server());
    session.send("queued");
    assertThat(session.endpoint().stop(StopMode.DRAIN).cut()).isZero();

    expect(BINARY, "queued");
    WebSocketPeer.Frame close = peer.read();
    assertThat(close.code()).isEqualTo(1001);
    assertThat(session.whenClosed().toCompletableFuture()).isNotDone();
    peer.sendText("too late");
    peer.sendClose(1001);

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.STOPPED);
    assertThat(listener.messages()).isEmpty();
    peer.raw().expectEnd(SOON);
  }

  @Test
  void aStopDoesNotWaitForTheCloseOfAPeerThatHasDisconnected() {
    Gate gate = fixture.gate();
    listener.whenMessage((held, text) -> gate.pass());
    connect(server());
    peer.sendText("hold");
    gate.awaitReached();
    session.endpoint().stop(StopMode.DRAIN);
    peer.raw().shutdownOutput();
    gate.open();

    assertThat(session.whenClosed().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.STOPPED);
  }

  @Test
  void aCutSessionStillSendsACloseFrame() {
    connect(server());
    session.close(StopMode.NOW);
    assertThat(peer.read().code()).isEqualTo(1000);
    peer.raw().expectGone(SOON);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void aConnectionThatEndsWithoutACloseFrameIsLost() {
    connect(server());
    peer.sendText("before");
    peer.raw().shutdownOutput();

    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.CONNECTION_LOST);
    assertThat(reason.closeCode()).isEqualTo(1006);
    assertThat(listener.messages()).containsExactly("before");
  }

  // ---------------------------------------------------------------- time

  @Test
  void heartbeatsArePingsAndAPongIsASignOfLife() {
    connect(
        server()
            .time(Fixture.timeOf(time))
            .heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(25)));
    for (int i = 0; i < 5; i++) {
      time.advance(Duration.ofSeconds(11));
      WebSocketPeer.Frame ping = peer.read();
      assertThat(ping.opcode()).isEqualTo(PING);
      peer.send(PONG, ping.payload());
      peer.sendText("pong was sent");
      expect(BINARY, "pong was sent"); // and so the pong has arrived
    }
    assertThat(listener.closes()).isEmpty();

    time.advance(Duration.ofSeconds(26));
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.HEARTBEAT_TIMEOUT);
  }

  @Test
  void heartbeatsOfTwoGannetPeersKeepTheSession() {
    Server<String> server =
        fixture.start(server().heartbeat(Duration.ofMillis(20), Duration.ofMillis(2000)));
    RecordingListener<String> atClient = fixture.listener();
    Client<String> client =
        fixture.start(
            Client.webSocket(
                    URI.create("ws://127.0.0.1:" + server.port()), WebSocketOptions.defaults())
                .codec(Codecs.whole(Bodies.utf8()))
                .noReconnect()
                .cron(Duration.ofMillis(50))
                .listener(atClient));
    client.session();

    atClient.awaitCrons(5);

    assertThat(atClient.closes()).isEmpty();
    assertThat(atClient.messages()).isEmpty();
  }

  @Test
  void heartbeatsWithoutAMessageRequirePings() {
    ServerBuilder<String> builder =
        fixture
            .server()
            .listener(fixture.listener())
            .heartbeat(Duration.ofSeconds(1), Duration.ZERO);
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("heartbeat");
  }

  @Test
  void anIncompleteFrameEndsTheSession() {
    connect(server().time(Fixture.timeOf(time)));
    long before = session.stats().bytesIn();
    peer.write(Arrays.copyOf(frame(0x81, "unfinished".getBytes(UTF_8)), 9));
    peer.write(new byte[0]);
    await()
        .until(() -> {
          time.advance(Duration.ofSeconds(1));
          return !listener.closes().isEmpty();
        });

    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.INCOMPLETE_MESSAGE);
    assertThat(peer.read().code()).isEqualTo(1008);
    assertThat(session.stats().bytesIn()).isEqualTo(before);
  }

  @Test
  void aSkippedMessageIsNoLongerIncomplete() {
    Codec<String> skipping =
        new Codec<>() {
          @Override
          public @Nullable String decode(CodecContext context, ReadBuffer in) {
            if (!in.isReadable()) {
              return null;
            }
            in.skip(in.readableBytes());
            throw new SkippedMessageException("not understood");
          }

          @Override
          public void encode(CodecContext context, String message, WriteBuffer out) {}
        };
    connect(
        Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults())
            .codec(skipping)
            .listener(listener)
            .time(Fixture.timeOf(time)));
    byte[] frame = frame(0x82, "skipped".getBytes(UTF_8));
    byte[] head = Arrays.copyOf(frame, 9);
    byte[] tail = Arrays.copyOfRange(frame, 9, frame.length);
    byte[] both = Arrays.copyOf(tail, tail.length + head.length);
    System.arraycopy(head, 0, both, tail.length, head.length);

    // The rest of one message and the start of the next in one packet.
    peer.write(head);
    for (int i = 1; i <= 3; i++) {
      int skipped = i;
      time.advance(Duration.ofSeconds(20));
      peer.write(both);
      await().until(() -> listener.errors().size() == skipped);
    }

    assertThat(listener.closes()).isEmpty();
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void aSkippedMessageIsNotDeliveredAsAnEmptyOne() {
    connect(server());

    peer.send(BINARY, (byte) 0xff);
    peer.send(BINARY, (byte) 'a');

    assertThat(listener.awaitMessages(1)).containsExactly("a");
    assertThat(listener.errors()).hasSize(1);
  }
}
