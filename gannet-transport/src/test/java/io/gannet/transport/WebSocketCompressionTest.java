package io.gannet.transport;

import static io.gannet.transport.WebSocketPeer.BINARY;
import static io.gannet.transport.WebSocketPeer.CONTINUATION;
import static io.gannet.transport.WebSocketPeer.PING;
import static io.gannet.transport.WebSocketPeer.TEXT;
import static io.gannet.transport.WebSocketPeer.deflated;
import static io.gannet.transport.WebSocketPeer.frame;
import static io.gannet.transport.WebSocketPeer.unmasked;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code permessage-deflate} of RFC 7692, against a peer with its own compression. */
class WebSocketCompressionTest {

  private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";
  private static final int COMPRESSED = 0x40;
  private static final int LAST = 0x80;
  private static final String HELLO = "Hello";

  /**
   * The examples of section 7.2.3; a message that ends with its final block; a message of small
   * blocks.
   */
  private static final List<String> HELLOS =
      List.of(
          "f248cdc9c90700",
          "000500faff48656c6c6f00",
          "f248050000 00ffffcac9c90700".replace(" ", ""),
          "f348cdc9c9070000",
          "f348cdc9c90700",
          "0300f248cdc9c90700", // an empty final block before it
          "f348cdc9c90700" + "0300" + "00");

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.echo();
  private WebSocketPeer peer;

  private ServerBuilder<String> server(WebSocketOptions options) {
    return Server.webSocket("127.0.0.1", 0, options)
        .codec(Codecs.whole(Bodies.utf8()))
        .listener(listener);
  }

  private void connect(ServerBuilder<String> builder, String... headers) {
    peer = fixture.closing(WebSocketPeer.open(fixture.start(builder), "/", headers));
  }

  private void connect() {
    connect(server(WebSocketOptions.defaults().withCompression()), DEFLATE);
  }

  private void expectViolation(int code) {
    assertThat(peer.readClose()).isEqualTo(code);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DECODE_FAILED);
    assertThat(listener.awaitClose().closeCode()).isEqualTo(code);
  }

  /**
   * Each message in two fragments of every size, with an empty one between, and in single bytes.
   */
  private static List<byte[]> waysToSendHello(BiFunction<Integer, byte[], byte[]> framing) {
    List<byte[]> ways = new ArrayList<>();
    for (String hex : HELLOS) {
      byte[] payload = Hex.bytes(hex);
      ways.add(framing.apply(LAST | COMPRESSED | TEXT, payload));
      for (int cut = 0; cut <= payload.length; cut++) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(framing.apply(COMPRESSED | TEXT, Arrays.copyOfRange(payload, 0, cut)));
        frames.writeBytes(framing.apply(CONTINUATION, new byte[0]));
        frames.writeBytes(
            framing.apply(LAST | CONTINUATION, Arrays.copyOfRange(payload, cut, payload.length)));
        ways.add(frames.toByteArray());
      }
      ByteArrayOutputStream frames = new ByteArrayOutputStream();
      for (int i = 0; i < payload.length; i++) {
        frames.writeBytes(
            framing.apply(
                i == 0
                    ? COMPRESSED | TEXT
                    : i == payload.length - 1 ? LAST | CONTINUATION : CONTINUATION,
                new byte[] {payload[i]}));
      }
      ways.add(frames.toByteArray());
    }
    return ways;
  }

  @Test
  void theExamplesOfTheRfcAreReadHoweverTheyAreSplit() {
    connect(server(WebSocketOptions.defaults().withCompression()), DEFLATE);
    List<byte[]> ways = waysToSendHello((first, payload) -> frame(first, payload));
    for (byte[] way : ways) {
      peer.write(way);
    }
    assertThat(listener.awaitMessages(ways.size())).hasSize(ways.size()).containsOnly(HELLO);
    assertThat(listener.errors()).isEmpty();
  }

  @Test
  void aClientReadsTheExamplesOfTheRfcHoweverTheyAreSplit() {
    try (RawServer server = RawServer.start()) {
      fixture.start(
          Client.webSocket(
                  URI.create("ws://127.0.0.1:" + server.port()),
                  WebSocketOptions.defaults().withCompression())
              .codec(Codecs.whole(Bodies.utf8()))
              .noReconnect()
              .listener(listener));
      RawPeer client = WebSocketPeer.accept(server, DEFLATE);
      List<byte[]> ways = waysToSendHello((first, payload) -> unmasked(first, payload));
      for (byte[] way : ways) {
        client.write(way);
      }
      assertThat(listener.awaitMessages(ways.size())).hasSize(ways.size()).containsOnly(HELLO);
      assertThat(listener.errors()).isEmpty();
    }
  }

  @Test
  void aCompressedMessageMayUseTheContextOfThePreviousOne() {
    connect();
    peer.write(frame(LAST | COMPRESSED | TEXT, Hex.bytes("f248cdc9c90700")));
    peer.write(frame(LAST | COMPRESSED | TEXT, Hex.bytes("f200110000")));
    assertThat(listener.awaitMessages(2)).containsExactly(HELLO, HELLO);
  }

  @Test
  void anEmptyMessageMayBeCompressedOrNot() {
    connect();
    peer.write(frame(LAST | COMPRESSED | TEXT, (byte) 0));
    peer.write(frame(LAST | TEXT));
    peer.write(frame(LAST | COMPRESSED | TEXT)); // against the standard, and harmless
    peer.write(frame(LAST | COMPRESSED | TEXT, Hex.bytes("f248cdc9c90700")));
    assertThat(listener.awaitMessages(4)).containsExactly("", "", "", HELLO);
  }

  @Test
  void uncompressedMessagesMayComeBetweenCompressedOnes() {
    connect();
    peer.write(frame(LAST | COMPRESSED | TEXT, Hex.bytes("f248cdc9c90700")));
    peer.sendText("plain");
    peer.write(frame(TEXT, "in ".getBytes(UTF_8)));
    peer.write(frame(LAST | CONTINUATION, "parts".getBytes(UTF_8)));
    peer.write(frame(LAST | COMPRESSED | TEXT, Hex.bytes("f200110000")));
    assertThat(listener.awaitMessages(4)).containsExactly(HELLO, "plain", "in parts", HELLO);
  }

  /** An inflater that follows the standard reads the sent bytes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsSentCanBeInflated(boolean each) throws DataFormatException {
    connect(
        server(WebSocketOptions.defaults().withCompression()),
        each ? DEFLATE + "; server_no_context_takeover; client_no_context_takeover" : DEFLATE);
    List<String> texts = new ArrayList<>(List.of("one", "", "one", "x".repeat(100_000), "grüß"));
    for (int size = 1; size < 5000; size += 97) { // past every boundary of a buffer
      texts.add("pattern of no length %d ".formatted(size).repeat(size).substring(0, size));
    }
    for (String text : texts) {
      peer.write(frame(LAST | COMPRESSED | TEXT, deflated(text.getBytes(UTF_8))));
    }
    Inflater inflater = new Inflater(true);
    byte[] room = new byte[200_000];
    for (String text : texts) {
      WebSocketPeer.Frame answer = peer.read();
      assertThat(answer.opcode()).isEqualTo(BINARY);
      byte[] payload = answer.payload();
      if (answer.reserved() != 0) {
        byte[] whole = Arrays.copyOf(payload, payload.length + 4);
        whole[whole.length - 2] = -1;
        whole[whole.length - 1] = -1;
        inflater.setInput(whole);
        payload = Arrays.copyOf(room, inflater.inflate(room));
        assertThat(inflater.getRemaining()).isZero();
        if (each) {
          inflater.reset();
        }
      }
      assertThat(new String(payload, UTF_8)).isEqualTo(text);
    }
    inflater.end();
  }

  @Test
  void compressedMessagesHaveTheSameFrameLimit() {
    connect(server(WebSocketOptions.defaults().withCompression().withMaxFragments(3)), DEFLATE);
    for (int i = 0; i < 4; i++) {
      peer.write(frame(i == 0 ? COMPRESSED | TEXT : CONTINUATION));
    }
    assertThat(peer.readClose()).isEqualTo(1009);
    assertThat(listener.awaitClose().message()).contains("maxFragments");
  }

  @Test
  void fragmentsThatInflateTogetherToMoreThanTheLimitAreRefused() {
    connect(server(WebSocketOptions.defaults().withCompression()).maxMessageSize(100_000), DEFLATE);
    byte[] bomb = deflated(new byte[60_000]);
    byte[] flush = Hex.bytes("0000ffff");
    peer.write(frame(COMPRESSED | BINARY, bomb));
    peer.write(frame(CONTINUATION, flush)); // the end of the first flush
    peer.write(frame(LAST | CONTINUATION, bomb));
    assertThat(peer.readClose()).isEqualTo(1009);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE);
  }

  @Test
  void onlyTheFirstFrameMarksAMessageAsCompressed() {
    connect();
    peer.write(frame(COMPRESSED | TEXT, Hex.bytes("f248cd")));
    peer.write(frame(LAST | COMPRESSED | CONTINUATION, Hex.bytes("c9c90700")));
    expectViolation(1002);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xE1, 0xD1, 0xA1, 0x91, 0xC9, 0xCA, 0xC8})
  void otherReservedBitsAndThoseOfControlFramesAreRefused(int first) {
    connect();
    peer.write(frame(first, Hex.bytes("03e8")));
    expectViolation(1002);
  }

  @Test
  void compressedTextIsCheckedFrameByFrame() {
    connect();
    byte[] wrong = deflated("abc\u00C3\u00A4\u00FF".getBytes(ISO_8859_1));
    peer.write(frame(COMPRESSED | TEXT, wrong)); // and no last frame
    peer.write(frame(CONTINUATION, Hex.bytes("0000ffff")));
    expectViolation(1007);
  }

  @Test
  void aCharacterMaySpanCompressedFrames() {
    connect();
    byte[] cut = deflated("gr\u00C3".getBytes(ISO_8859_1));
    peer.write(frame(COMPRESSED | TEXT, cut));
    peer.write(frame(LAST | PING));
    peer.write(frame(CONTINUATION, Hex.bytes("0000ffff")));
    peer.write(frame(LAST | CONTINUATION, deflated("\u00BCn".getBytes(ISO_8859_1))));
    assertThat(listener.awaitMessages(1)).containsExactly("grün");
  }
}
