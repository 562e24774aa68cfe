package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.WebSocketPeer.BINARY;
import static io.gannet.transport.WebSocketPeer.CLOSE;
import static io.gannet.transport.WebSocketPeer.CONTINUATION;
import static io.gannet.transport.WebSocketPeer.PING;
import static io.gannet.transport.WebSocketPeer.TEXT;
import static io.gannet.transport.WebSocketPeer.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.codec.Codecs;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One stream of bytes in the messages of WebSocket: {@link WebSocketOptions#withStream}. */
class WebSocketStreamTest {

  private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

  @RegisterExtension final Fixture fixture = new Fixture();

  private final FakeTime time = FakeTime.create();
  private final RecordingListener<String> listener = fixture.listener();
  private WebSocketPeer peer;
  private Session<String> session;

  private ServerBuilder<String> server(WebSocketOptions options) {
    return Server.webSocket("127.0.0.1", 0, options).codec(new TextCodec()).listener(listener);
  }

  private ServerBuilder<String> server() {
    return server(WebSocketOptions.defaults().withStream());
  }

  private void connect(ServerBuilder<String> builder, String... headers) {
    connect(builder, listener, headers);
  }

  private void connect(
      ServerBuilder<String> builder, RecordingListener<String> atServer, String... headers) {
    peer = fixture.closing(WebSocketPeer.open(fixture.start(builder), "/", headers));
    session = atServer.awaitSession();
  }

  private void expectEnd(Kind kind, int code) {
    assertThat(peer.readClose()).isEqualTo(code);
    assertThat(listener.awaitClose().kind()).isEqualTo(kind);
    assertThat(listener.awaitClose().closeCode()).isEqualTo(code);
  }

  private static byte[] part(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMessageOfTheCodecMayBeCutAnywhere(boolean onTheLoop) {
    connect(server().dispatch(onTheLoop ? Dispatch.eventLoop() : Dispatch.virtual()));
    byte[] bytes = TextCodec.frames("one", "", "grüß", "four");
    int count = 0;

    for (int first = 0; first <= bytes.length; first++) {
      int second = (first + bytes.length) / 2;
      peer.send(BINARY, part(bytes, 0, first));
      peer.send(PING);
      peer.send(BINARY);
      peer.write(frame(BINARY, part(bytes, first, second)));
      peer.send(PING);
      peer.write(frame(0x80 | CONTINUATION, part(bytes, second, bytes.length)));
      count += 4;

      List<String> messages = listener.awaitMessages(count);
      assertThat(messages.subList(count - 4, count)).containsExactly("one", "", "grüß", "four");
    }
    assertThat(listener.errors()).isEmpty();
  }

  @Test
  void fragmentsReachTheCodecBeforeTheMessageEnds() {
    connect(server().time(Fixture.timeOf(time)));
    peer.write(frame(BINARY, TextCodec.frames("first")));
    listener.awaitMessages(1);

    // A message that never ends also carries the stream, even after a pause.
    time.advance(Duration.ofSeconds(40));
    for (int i = 0; i < 2000; i++) {
      peer.write(frame(CONTINUATION, TextCodec.frames("next")));
    }

    assertThat(listener.awaitMessages(2001)).hasSize(2001);
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void aClientReadsAStreamToo() {
    try (RawServer server = RawServer.start()) {
      fixture.start(
          Client.webSocket(
                  URI.create("ws://127.0.0.1:" + server.port()),
                  WebSocketOptions.defaults().withStream())
              .codec(Codecs.lines())
              .noReconnect()
              .listener(listener));
      RawPeer client = WebSocketPeer.accept(server);
      client.write(WebSocketPeer.unmasked(0x82, "one\ntw".getBytes(UTF_8)));
      client.write(WebSocketPeer.unmasked(0x82, "o\n".getBytes(UTF_8)));

      assertThat(listener.awaitMessages(2)).containsExactly("one", "two");
    }
  }

  @Test
  void eachMessageIsSentAsABinaryMessage() {
    connect(server());
    session.sendAll(List.of("one", "two"));
    for (String text : List.of("one", "two")) {
      WebSocketPeer.Frame sent = peer.read();
      assertThat(sent.opcode()).isEqualTo(BINARY);
      assertThat(sent.last()).isTrue();
      assertThat(sent.payload()).isEqualTo(TextCodec.frames(text));
    }
  }

  @Test
  void textInABinaryStreamIsRefused() {
    connect(server());
    peer.send(BINARY, TextCodec.frames("one"));
    peer.send(TEXT, TextCodec.frames("two"));

    expectEnd(Kind.DECODE_FAILED, 1003);
    assertThat(listener.messages()).containsExactly("one");
    assertThat(listener.awaitError()).hasMessageContaining("text message");
  }

  /** Not even if it is not text, or is incomplete. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theFirstByteOfTextIsNoPartOfABinaryStream(int came) {
    connect(server());
    byte[] wrong = frame(0x80 | TEXT, (byte) 0xff, (byte) 0xff);
    peer.write(part(wrong, 0, wrong.length - 2 + came));
    expectEnd(Kind.DECODE_FAILED, 1003);
  }

  @Test
  void aStreamMayConsistOfText() {
    connect(server(WebSocketOptions.defaults().withText().withStream()));
    peer.send(TEXT, part(TextCodec.frames("one"), 0, 5));
    peer.send(TEXT, part(TextCodec.frames("one"), 5, 7));
    assertThat(listener.awaitMessages(1)).containsExactly("one");
    session.send("two");
    assertThat(peer.read().opcode()).isEqualTo(TEXT);

    peer.send(BINARY, TextCodec.frames("three"));
    expectEnd(Kind.DECODE_FAILED, 1003);
  }

  @Test
  void aMessageOverTheLimitIsRefusedAtItsHeader() {
    connect(server().maxMessageSize(1000));
    peer.send(BINARY, part(TextCodec.header(1000), 0, 2));
    peer.send(BINARY, part(TextCodec.header(1000), 2, 4));
    expectEnd(Kind.MESSAGE_TOO_LARGE, 1009);
  }

  @Test
  void bytesThatTheCodecDoesNotConsumeAreKeptUpToTheLimit() {
    RecordingListener<String> lines = fixture.listener();
    Server<String> server =
        fixture.start(
            Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults().withStream())
                .codec(
                    new Codec<String>() {
                      @Override
                      public String decode(CodecContext context, ReadBuffer in) {
                        return null; // waits for more, whatever comes
                      }

                      @Override
                      public void encode(CodecContext context, String message, WriteBuffer out) {}
                    })
                .maxMessageSize(1000)
                .listener(lines));
    peer = fixture.closing(WebSocketPeer.open(server));
    peer.send(BINARY, new byte[600]);
    peer.send(BINARY, new byte[401]);
    assertThat(peer.readClose()).isEqualTo(1009);
    assertThat(lines.awaitClose().kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE);
  }

  @Test
  void aFrameOverTheLimitIsRefusedBeforeItIsComplete() {
    connect(server().maxMessageSize(1000));
    peer.write(WebSocketPeer.header(0x82, 1001, true));
    expectEnd(Kind.MESSAGE_TOO_LARGE, 1009);
  }

  /**
   * Either single bytes, each in its own message, now and then; or the start of a frame that never
   * ends.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMessageOfTheCodecThatDoesNotEndEndsTheSession(boolean inOneFrame) {
    connect(server().time(Fixture.timeOf(time)));
    byte[] bytes = TextCodec.frames("hello");
    byte[] whole = frame(0x82, bytes);
    peer.send(BINARY, bytes);
    listener.awaitMessages(1);
    for (int i = 0; i < 6; i++) {
      long before = session.stats().wireBytesIn();
      byte[] piece = inOneFrame ? part(whole, i, i + 1) : frame(0x82, bytes[i]);
      peer.write(piece);
      await().until(() -> session.stats().wireBytesIn() == before + piece.length);
      time.advance(Duration.ofSeconds(4));
    }
    assertThat(listener.closes()).isEmpty();
    time.advance(Duration.ofSeconds(7));

    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.INCOMPLETE_MESSAGE);
    assertThat(peer.read().code()).isEqualTo(1008);
  }

  @Test
  void aSlowListenerPausesTheStreamInsideAFrame() {
    Gate gate = fixture.gate();
    RecordingListener<String> slow = fixture.listener().whenMessage((from, each) -> gate.pass());
    connect(server().listener(slow).inboundQueue(10, 1 << 20), slow);
    List<String> texts = Collections.nCopies(1000, "text");
    byte[] bytes = TextCodec.frames(texts.toArray(String[]::new));
    byte[] cut = part(bytes, 0, bytes.length - 3);

    peer.send(BINARY, cut);
    peer.send(BINARY, part(bytes, bytes.length - 3, bytes.length));
    peer.send(CLOSE, (byte) 3, (byte) 0xE8);
    await().until(() -> session.stats().readPauses() > 0);

    assertThat(session.stats().messagesIn()).isLessThan(20);
    gate.open();
    assertThat(slow.awaitMessages(1000)).isEqualTo(texts);
    assertThat(peer.read().code()).isEqualTo(1000);
    assertThat(slow.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(slow.errors()).isEmpty();
  }

  @Test
  void aPeerThatClosesInTheMiddleOfAMessageIsReported() {
    connect(server());
    peer.send(BINARY, part(TextCodec.frames("hello"), 0, 6));
    peer.send(CLOSE, (byte) 3, (byte) 0xE8);

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(listener.awaitError()).hasMessageContaining("6 bytes have arrived");
  }

  @Test
  void compressedMessagesFormOneStreamToo() {
    connect(server(WebSocketOptions.defaults().withStream().withCompression()), DEFLATE);
    byte[] bytes = TextCodec.frames("x".repeat(1000), "second");
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(frame(0xC2, WebSocketPeer.deflated(part(bytes, 0, 500))));
    both.writeBytes(frame(0xC2, WebSocketPeer.deflated(part(bytes, 500, bytes.length))));
    peer.write(both.toByteArray());

    assertThat(listener.awaitMessages(2)).containsExactly("x".repeat(1000), "second");
    peer.raw().shutdownOutput();
    peer.raw().expectGone(SOON);
  }
}
