package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.codec.Codecs;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is particular to compressed connections. */
class CompressionTest {

  private static final int MIB = 1 << 20;

  @RegisterExtension final Fixture fixture = new Fixture();

  private Server<String> start(RecordingListener<String> listener) {
    return fixture.start(fixture.server().compression(Compression.deflate()).listener(listener));
  }

  /** One raw DEFLATE stream, in which everything so far can be read. */
  private static byte[] deflated(byte[] plain, int flush) {
    Deflater deflater = new Deflater(9, true);
    try {
      deflater.setInput(plain);
      if (flush == Deflater.NO_FLUSH) {
        deflater.finish();
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] piece = new byte[64 * 1024];
      int length;
      while ((length = deflater.deflate(piece, 0, piece.length, flush)) > 0) {
        out.write(piece, 0, length);
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  @ParameterizedTest
  @EnumSource
  void statisticsCountBothWhatIsCompressedAndWhatPassesTheSocket(Compression.Algorithm algorithm) {
    Compression compression = new Compression(algorithm, -1);
    RecordingListener<String> atServer = fixture.echo();
    RecordingListener<String> atClient = fixture.listener();
    Server<String> server =
        fixture.start(fixture.server().compression(compression).listener(atServer));
    Client<String> client =
        fixture.start(fixture.client(server.port()).compression(compression).listener(atClient));
    String text = "the same over and over. ".repeat(1000);

    client.session(Fixture.SOON).send(text);

    assertThat(atClient.awaitMessages(1)).containsExactly(text);
    SessionStats stats = client.session().stats();
    assertThat(stats.bytesOut()).isEqualTo(text.length() + 4L);
    assertThat(stats.bytesIn()).isEqualTo(text.length() + 4L);
    assertThat(stats.wireBytesOut()).isBetween(10L, text.length() / 8L);
    assertThat(stats.wireBytesIn()).isEqualTo(atServer.awaitSession().stats().wireBytesOut());
  }

  @Test
  void onAPlainConnectionBothAreTheSame() {
    RecordingListener<String> atClient = fixture.listener();
    Server<String> server = fixture.start(fixture.server().listener(fixture.echo()));
    Client<String> client = fixture.start(fixture.client(server.port()).listener(atClient));

    client.session(Fixture.SOON).send("hello");

    atClient.awaitMessages(1);
    SessionStats stats = client.session().stats();
    assertThat(stats.wireBytesOut()).isEqualTo(stats.bytesOut()).isEqualTo(9);
    assertThat(stats.wireBytesIn()).isEqualTo(stats.bytesIn()).isEqualTo(9);
  }

  @Test
  void eachAnswerCanBeReadAtOnceByAnybodyWhoKnowsDeflate() throws DataFormatException {
    RawPeer peer = fixture.connect(start(fixture.echo()));
    Inflater inflater = new Inflater(true);
    Deflater deflater = new Deflater(6, true);
    byte[] buffer = new byte[1000];
    for (String text : List.of("one", "two", "three")) {
      deflater.setInput(TextCodec.frames(text));
      int length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      peer.write(Arrays.copyOf(buffer, length));

      byte[] answer = new byte[4 + text.length()];
      int got = 0;
      while (got < answer.length) {
        if (inflater.needsInput()) {
          inflater.setInput(peer.readExactly(1));
        }
        got += inflater.inflate(answer, got, answer.length - got);
      }
      assertThat(answer).isEqualTo(TextCodec.frames(text));
    }
    deflater.end();
    inflater.end();
  }

  @Test
  void theStreamIsEndedProperly() throws DataFormatException {
    RawPeer peer = fixture.connect(start(fixture.echo()));

    peer.write(deflated(TextCodec.frames("one", "two"), Deflater.NO_FLUSH));
    peer.shutdownOutput();

    Inflater inflater = new Inflater(true);
    inflater.setInput(peer.readToEnd());
    byte[] answers = new byte[100];
    int length = inflater.inflate(answers);
    assertThat(new String(answers, 0, length, UTF_8))
        .isEqualTo(new String(TextCodec.frames("one", "two"), UTF_8));
    assertThat(inflater.inflate(answers, length, 1)).isZero();
    assertThat(inflater.finished()).isTrue();
    inflater.end();
  }

  @Test
  void aBombEndsAtTheLimitAndNothingMoreOfItIsDecompressed() {
    RecordingListener<String> atServer = fixture.listener();
    int limit = 4 * MIB;
    Server<String> server =
        fixture.start(
            Server.tcp("127.0.0.1", 0)
                .codec(Codecs.lines())
                .compression(Compression.deflate())
                .listener(atServer));
    RawPeer peer = fixture.connect(server);
    byte[] bomb = deflated(new byte[64 * MIB], Deflater.SYNC_FLUSH);
    assertThat(bomb.length).isLessThan(66 * 1024);
    long before = System.nanoTime();

    peer.write(bomb);

    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(CloseReason.Kind.MESSAGE_TOO_LARGE);
    assertThat(System.nanoTime() - before).isLessThan(5_000_000_000L);
    // Each byte that was decompressed is counted; what was held at a time is at most that.
    assertThat(atServer.awaitSession().stats().bytesIn()).isBetween((long) limit, limit + 64_000L);
  }

  @Test
  void aListenerThatIsBehindIsNotFilledUpWithWhatAFewBytesStandFor() {
    int count = 100_000;
    Gate gate = fixture.gate();
    RecordingListener<String> atServer =
        fixture.listener().whenMessage((session, text) -> gate.pass());
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .compression(Compression.deflate())
                .inboundQueue(100, MIB)
                .listener(atServer));
    RawPeer peer = fixture.connect(server);

    peer.write(deflated(new byte[4 * count], Deflater.SYNC_FLUSH)); // so many empty texts
    peer.shutdownOutput();
    gate.awaitReached();
    Session<String> session = atServer.awaitSession();
    await().until(() -> session.stats().readPauses() > 0);

    assertThat(session.stats().bytesIn()).isLessThan(64 * 1024);
    gate.open();
    assertThat(atServer.awaitClose().kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
    assertThat(session.stats().messagesIn()).isEqualTo(count);
  }

  @ParameterizedTest
  @EnumSource
  void bytesThatAreNotCompressedAreRefused(Compression.Algorithm algorithm) {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server =
        fixture.start(
            fixture.server().compression(new Compression(algorithm, -1)).listener(atServer));
    RawPeer peer = fixture.connect(server);

    peer.writeText("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(atServer.awaitClose().kind()).isEqualTo(CloseReason.Kind.DECODE_FAILED);
    peer.expectGone(Fixture.SOON);
  }

  @Test
  void whatFollowsTheEndOfTheStreamIsRefused() {
    RecordingListener<String> atServer = fixture.listener();
    RawPeer peer = fixture.connect(start(atServer));

    peer.write(deflated(TextCodec.frames("one"), Deflater.NO_FLUSH));
    assertThat(atServer.awaitMessages(1)).containsExactly("one");
    peer.writeText("more");

    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(CloseReason.Kind.DECODE_FAILED);
    assertThat(reason.message()).contains("after its end");
  }

  @ParameterizedTest
  @EnumSource
  void aDrainLosesNothing(Compression.Algorithm algorithm) {
    Compression compression = new Compression(algorithm, -1);
    List<String> texts = IntStream.range(0, 20_000).mapToObj("text %d"::formatted).toList();
    RecordingListener<String> atClient = fixture.listener();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .compression(compression)
                .listener(fixture.listener().whenOpen(session -> texts.forEach(session::send))));
    fixture.start(
        fixture.client(server.port()).compression(compression).noReconnect().listener(atClient));
    await().until(() -> !server.sessions().isEmpty());

    assertThat(server.stop(StopMode.DRAIN_AND_WAIT).cut()).isZero();

    assertThat(atClient.awaitClose().kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
    assertThat(atClient.messages()).isEqualTo(texts);
  }

  @Test
  void levelsThatDoNotExistAreRefused() {
    assertThat(Compression.deflate(9).level()).isEqualTo(9);
    assertThatIllegalArgumentException().isThrownBy(() -> Compression.deflate(10));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Compression(Compression.Algorithm.SNAPPY, 3));
  }

  @Test
  void onWebSocketThereIsAnotherWay() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() ->
            Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults())
                .codec(new TextCodec())
                .compression(Compression.deflate()))
        .withMessageContaining("withCompression");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() ->
            Client.webSocket("ws://127.0.0.1:1")
                .codec(new TextCodec())
                .compression(Compression.deflate()));
  }
}
