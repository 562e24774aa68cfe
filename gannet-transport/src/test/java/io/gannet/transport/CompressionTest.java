package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.ZstdOutputStream;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.codec.Codecs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.SnappyFrameEncoder;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compressed connections. */
class CompressionTest {

  private static final int MIB = 1 << 20;

  @RegisterExtension final Fixture fixture = new Fixture();

  private Server<String> start(RecordingListener<String> listener) {
    return fixture.start(fixture.server().compression(Compression.deflate()).listener(listener));
  }

  /**
   * A raw DEFLATE stream that is flushed, so that everything written so far can be decompressed.
   */
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
  void statisticsCountBytesBeforeAndAfterCompression(Compression.Algorithm algorithm) {
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

  @ParameterizedTest
  @EnumSource
  void messagesArriveFromSingleBytes(Compression.Algorithm algorithm) {
    Compression compression = new Compression(algorithm, -1);
    RecordingListener<byte[]> atServer = new RecordingListener<>();
    Server<byte[]> server =
        fixture.start(
            Server.tcp("127.0.0.1", 0)
                .codec(Codecs.raw())
                .compression(compression)
                .listener(atServer));
    Client<byte[]> client =
        fixture.start(
            Client.tcp("127.0.0.1", server.port())
                .codec(Codecs.raw())
                .compression(compression)
                .listener(new RecordingListener<>()));
    Session<byte[]> session = client.session(Fixture.SOON);

    for (byte each = 1; each <= 3; each++) {
      session.send(new byte[] {each});
      assertThat(atServer.awaitMessages(each)).last().isEqualTo(new byte[] {each});
    }
  }

  static List<Compression> compressionsWithALevel() {
    return List.of(
        Compression.deflate(0),
        Compression.deflate(9),
        Compression.zstandard(1),
        Compression.zstandard(19));
  }

  @ParameterizedTest
  @MethodSource("compressionsWithALevel")
  void bothSidesMayUseDifferentLevels(Compression compression) {
    RecordingListener<String> atClient = fixture.listener();
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .compression(new Compression(compression.algorithm(), -1))
                .listener(fixture.echo()));
    Client<String> client =
        fixture.start(fixture.client(server.port()).compression(compression).listener(atClient));
    String text = "the same over and over. ".repeat(50_000);

    client.session(Fixture.SOON).send(text);

    assertThat(atClient.awaitMessages(1)).containsExactly(text);
  }

  @Test
  void withoutCompressionBothByteCountsAreEqual() {
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
  void eachAnswerIsFlushedInStandardDeflate() throws DataFormatException {
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
  void messagesOfOneWriteAreFlushedOnce() throws DataFormatException {
    List<String> texts = IntStream.range(0, 100).mapToObj("text %d"::formatted).toList();
    byte[] expected = TextCodec.frames(texts.toArray(String[]::new));
    RawPeer peer =
        fixture.connect(start(fixture.listener().whenOpen(session -> session.sendAll(texts))));
    Inflater inflater = new Inflater(true);
    StringBuilder wire = new StringBuilder();
    byte[] answer = new byte[expected.length];
    int got = 0;
    while (got < answer.length || !wire.toString().endsWith("0000ffff")) {
      byte[] next = peer.readExactly(1);
      wire.append(HexFormat.of().formatHex(next));
      inflater.setInput(next);
      got += inflater.inflate(answer, got, answer.length - got);
    }
    inflater.end();

    assertThat(answer).isEqualTo(expected);
    assertThat(wire.toString().split("0000ffff", -1)).hasSize(2); // one mark, at the end
  }

  @Test
  void theCompressedStreamEndsWithItsFinalBlock() throws DataFormatException {
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

  /** Writes data, of which the server reads only the beginning. */
  private static void writeAside(RawPeer peer, byte[] bytes) {
    Thread.startVirtualThread(() -> {
      try {
        peer.write(bytes);
      } catch (UncheckedIOException e) {
        // The server has closed.
      }
    });
  }

  /** Bytes that another implementation has compressed. */
  private static byte[] compressed(Compression.Algorithm algorithm, byte[] plain)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (algorithm) {
      case DEFLATE -> out.writeBytes(deflated(plain, Deflater.SYNC_FLUSH));
      case SNAPPY -> {
        EmbeddedChannel snappy = new EmbeddedChannel(new SnappyFrameEncoder());
        snappy.writeOutbound(Unpooled.wrappedBuffer(plain));
        ByteBuf encoded = snappy.readOutbound();
        encoded.readBytes(out, encoded.readableBytes());
        encoded.release();
        snappy.finish();
      }
      case LZ4 -> {
        try (OutputStream lz4 =
            new LZ4FrameOutputStream(out, LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB)) {
          lz4.write(plain);
        }
      }
      case ZSTANDARD -> {
        try (OutputStream zstandard = new ZstdOutputStream(out)) {
          zstandard.write(plain);
        }
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @EnumSource
  void aCompressionBombIsInflatedUpToTheLimitOnly(Compression.Algorithm algorithm)
      throws IOException {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server =
        fixture.start(
            Server.tcp("127.0.0.1", 0)
                .codec(Codecs.lines())
                .maxMessageSize(MIB)
                .compression(new Compression(algorithm, -1))
                .listener(atServer));
    RawPeer peer = fixture.connect(server);
    byte[] bomb = compressed(algorithm, new byte[64 * MIB]);
    assertThat(bomb.length).isLessThan(4 * MIB);

    long before = System.nanoTime();
    CloseReason reason;
    try (PeakMemory peak = new PeakMemory()) {
      writeAside(peer, bomb);
      reason = atServer.awaitClose();
      // Netty allocates chunks of up to 8 MiB, and copies data that has outgrown its buffer.
      assertThat(peak.growth()).isLessThan(16 * MIB);
    }

    assertThat(reason.kind()).isEqualTo(CloseReason.Kind.MESSAGE_TOO_LARGE);
    assertThat(System.nanoTime() - before).isLessThan(5_000_000_000L);
    // Counts all decompressed bytes; the number held at one time can't be larger.
    assertThat(atServer.awaitSession().stats().bytesIn()).isBetween((long) MIB, MIB + 64L * 1024);
  }

  @ParameterizedTest
  @EnumSource
  void aPausedSessionInflatesNoFurtherMessages(Compression.Algorithm algorithm) throws IOException {
    int count = 100_000;
    Gate gate = fixture.gate();
    RecordingListener<String> atServer =
        fixture.listener().whenMessage((session, text) -> gate.pass());
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .compression(new Compression(algorithm, -1))
                .inboundQueue(100, MIB)
                .listener(atServer));
    RawPeer peer = fixture.connect(server);

    peer.write(compressed(algorithm, new byte[4 * count])); // so many empty texts
    peer.shutdownOutput();
    gate.awaitReached();
    Session<String> session = atServer.awaitSession();
    await().until(() -> session.stats().readPauses() > 0);

    assertThat(session.stats().bytesIn()).isLessThan(65 * 1024);
    gate.open();
    assertThat(atServer.awaitClose().kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
    assertThat(session.stats().messagesIn()).isEqualTo(count);
  }

  @Test
  void aBlockOfAHugeDeclaredSizeIsRefusedAtOnce() {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server =
        fixture.start(fixture.server().compression(Compression.snappy()).listener(atServer));
    RawPeer peer = fixture.connect(server);

    peer.write(HexFormat.of().parseHex("ff060000734e61507059")); // it begins properly
    peer.write(HexFormat.of().parseHex("00ffffff")); // with a block of 16 MiB
    writeAside(peer, new byte[MIB]);

    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(CloseReason.Kind.DECODE_FAILED);
    assertThat(reason.message()).contains("524,288 bytes");
  }

  @Test
  void blocksThatMayBeVeryLargeAreRefused() throws IOException {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server =
        fixture.start(fixture.server().compression(Compression.lz4()).listener(atServer));
    RawPeer peer = fixture.connect(server);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream lz4 = new LZ4FrameOutputStream(out)) {
      lz4.write(TextCodec.frames("hello"));
    }

    peer.write(out.toByteArray());

    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(CloseReason.Kind.DECODE_FAILED);
    assertThat(reason.message()).contains("blocks may have more than 256 KiB");
    assertThat(atServer.messages()).isEmpty();
  }

  @Test
  void anEmptyBlockIsFollowedByTheNextOne() throws IOException {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server =
        fixture.start(fixture.server().compression(Compression.lz4()).listener(atServer));
    RawPeer peer = fixture.connect(server);
    byte[] hello = TextCodec.frames("hello");

    peer.write(HexFormat.of().parseHex("04224d18604082")); // a frame of blocks of 64 KiB
    peer.write(new byte[] {(byte) hello.length, 0, 0, (byte) 0x80});
    peer.write(hello);
    peer.write(HexFormat.of().parseHex("0100000000")); // one byte, from which nothing comes
    peer.write(new byte[] {(byte) hello.length, 0, 0, (byte) 0x80});
    assertThat(atServer.awaitMessages(1)).containsExactly("hello");
    peer.write(hello);

    assertThat(atServer.awaitMessages(2)).containsExactly("hello", "hello");
  }

  @Test
  void aWindowThatIsVeryLargeIsRefused() throws IOException {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server =
        fixture.start(fixture.server().compression(Compression.zstandard()).listener(atServer));
    RawPeer peer = fixture.connect(server);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstandard = new ZstdOutputStream(out).setLevel(19).setLong(27)) {
      zstandard.write(TextCodec.frames("hello"));
      zstandard.flush();
    }

    peer.write(out.toByteArray());

    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(CloseReason.Kind.DECODE_FAILED);
    assertThat(atServer.messages()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void dataOfOtherCompressorsIsReadHoweverItIsSplit(Compression.Algorithm algorithm)
      throws IOException {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server =
        fixture.start(
            fixture.server().compression(new Compression(algorithm, -1)).listener(atServer));
    RawPeer peer = fixture.connect(server);

    peer.writeEachByte(compressed(algorithm, TextCodec.frames("one", "x".repeat(1000), "three")));

    assertThat(atServer.awaitMessages(3)).containsExactly("one", "x".repeat(1000), "three");
  }

  @ParameterizedTest
  @EnumSource
  void uncompressedBytesAreRefused(Compression.Algorithm algorithm) {
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
  void bytesAfterTheEndOfTheStreamAreRefused() {
    RecordingListener<String> atServer = fixture.listener();
    RawPeer peer = fixture.connect(start(atServer));

    peer.write(deflated(TextCodec.frames("one"), Deflater.NO_FLUSH));
    assertThat(atServer.awaitMessages(1)).containsExactly("one");
    peer.writeText("more");

    CloseReason reason = atServer.awaitClose();
    assertThat(reason.kind()).isEqualTo(CloseReason.Kind.DECODE_FAILED);
    assertThat(reason.message()).contains("after the end of the compressed data");
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
  void levelsOutOfRangeAreRefused() {
    assertThat(Compression.deflate(9).level()).isEqualTo(9);
    assertThat(Compression.zstandard(19).level()).isEqualTo(19);
    assertThatIllegalArgumentException().isThrownBy(() -> Compression.deflate(10));
    assertThatIllegalArgumentException().isThrownBy(() -> Compression.zstandard(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Compression.zstandard(20));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Compression(Compression.Algorithm.SNAPPY, 3));
  }

  /** Starts clients as if the optional libraries were missing. */
  public static final class WithoutLibraries implements Callable<List<String>> {

    /** Hides the optional libraries from the class path. */
    private static final class Loader extends URLClassLoader {
      Loader() {
        super(
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("lz4-java") && !entry.contains("zstd-jni"))
                .map(WithoutLibraries::url)
                .toArray(URL[]::new),
            ClassLoader.getPlatformClassLoader());
      }
    }

    private static URL url(String path) {
      try {
        return Path.of(path).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(e);
      }
    }

    @Override
    public List<String> call() {
      return Stream.of(Compression.lz4(), Compression.zstandard())
          .map(compression ->
              assertThatExceptionOfType(TransportException.class)
                  .isThrownBy(() ->
                      Client.tcp("127.0.0.1", 1)
                          .codec(Codecs.lines())
                          .compression(compression)
                          .onMessage((session, text) -> {})
                          .start())
                  .actual()
                  .getMessage())
          .toList();
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void aMissingLibraryIsNamed() throws Exception {
    try (URLClassLoader loader = new WithoutLibraries.Loader()) {
      Callable<List<String>> there =
          (Callable<List<String>>)
              loader
                  .loadClass(WithoutLibraries.class.getName())
                  .getDeclaredConstructor()
                  .newInstance();

      List<String> messages = there.call();

      assertThat(messages).hasSize(2);
      assertThat(messages.getFirst()).contains("LZ4 needs the library at.yawk.lz4:lz4-java");
      assertThat(messages.getLast())
          .contains("Zstandard needs the library com.github.luben:zstd-jni");
    }
  }

  @Test
  void webSocketsRefuseTheCompressionOfStreams() {
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
