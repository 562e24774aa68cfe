package io.gannet.grpc;

import static io.gannet.grpc.Http2Peer.CONTINUATION;
import static io.gannet.grpc.Http2Peer.DATA;
import static io.gannet.grpc.Http2Peer.END_HEADERS;
import static io.gannet.grpc.Http2Peer.END_STREAM;
import static io.gannet.grpc.Http2Peer.GOAWAY;
import static io.gannet.grpc.Http2Peer.HEADERS;
import static io.gannet.grpc.Http2Peer.PING;
import static io.gannet.grpc.Http2Peer.PRIORITY;
import static io.gannet.grpc.Http2Peer.RST_STREAM;
import static io.gannet.grpc.Http2Peer.SETTINGS;
import static io.gannet.grpc.Http2Peer.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcServer;
import io.gannet.testkit.RawPeer;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Peers that violate HTTP/2 or gRPC, or use what it allows against us. */
class HostilePeerTest {

  /** Settings with an initial window of 0. */
  private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};

  private static final byte[] TEXT = StringValue.of("x").toByteArray();

  @RegisterExtension final Fixture fixture = new Fixture();

  private Http2Peer connect(RpcServer server, byte... settings) {
    return fixture.closing(Http2Peer.connect(server, settings));
  }

  /** Checks that the server still serves other clients. */
  private void assertServes(RpcServer server) {
    assertThat(Fixture.echo(fixture.connect(server), "fine")).isEqualTo("fine");
  }

  private static void assertEnds(Http2Peer peer, Http2Error code) {
    assertThat(peer.await(GOAWAY, 0).code()).isEqualTo((int) code.code());
    peer.raw().expectGone(Duration.ofSeconds(10));
  }

  // ---------------------------------------------------------------- floods

  @Test
  void rapidResetsEndTheConnection() {
    RpcServer server = fixture.start(new Fixture.Plain());
    Http2Peer peer = connect(server);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] headers = Http2Peer.call("Texts/join");
    for (int id = 1; id < 2300; id += 2) {
      all.writeBytes(Http2Peer.bytes(HEADERS, END_HEADERS, id, headers));
      all.writeBytes(Http2Peer.bytes(RST_STREAM, 0, id, new byte[] {0, 0, 0, 8}));
    }
    peer.repeat(1, all.toByteArray());
    assertEnds(peer, Http2Error.ENHANCE_YOUR_CALM);
    assertServes(server);
  }

  @Test
  void floodsOfSmallFramesEndTheConnection() {
    RpcServer server = fixture.start(new Fixture.Plain());
    for (byte[] frame :
        new byte[][] {
          Http2Peer.bytes(PING, 0, 0, new byte[8]),
          Http2Peer.bytes(SETTINGS, 0, 0),
          Http2Peer.bytes(PRIORITY, 0, 1, new byte[5]),
        }) {
      Http2Peer peer = connect(server);
      peer.repeat(1100, frame);
      assertEnds(peer, Http2Error.ENHANCE_YOUR_CALM);
    }
    assertServes(server);
  }

  @Test
  void aWindowUpdateForEachMessageIsNoFlood() { // as gRPC for C++ and Python sends them
    RpcServer server = fixture.start(new Fixture.Plain());
    Http2Peer peer = connect(server);
    peer.repeat(3000, Http2Peer.bytes(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 8}));
    peer.call(1, "Texts/echo", TEXT);
    assertThat(code(peer.awaitEnd(1))).isEqualTo("0");
  }

  @Test
  void headersWithoutEndEndTheConnection() {
    RpcServer server = fixture.start(new Fixture.Plain());
    Http2Peer peer = connect(server);
    peer.frame(HEADERS, 0, 1, Http2Peer.call("Texts/echo"));
    peer.repeat(100, Http2Peer.bytes(CONTINUATION, 0, 1));
    assertEnds(peer, Http2Error.ENHANCE_YOUR_CALM);
    assertServes(server);
  }

  @Test
  void emptyDataWithoutEndEndsTheConnection() {
    RpcServer server = fixture.start(new Fixture.Plain());
    Http2Peer peer = connect(server);
    peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/join"));
    peer.repeat(100, Http2Peer.bytes(DATA, 0, 1));
    assertEnds(peer, Http2Error.ENHANCE_YOUR_CALM);
    assertServes(server);
  }

  @Test
  void headersThatGrowWhenTheyAreDecodedAreRefused() {
    RpcServer server = fixture.start(new Fixture.Plain());
    Http2Peer peer = connect(server);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.writeBytes(Http2Peer.call("Texts/echo"));
    bomb.write(0x40); // the field gets the index 62
    Http2Peer.text("bomb", bomb);
    Http2Peer.text("b".repeat(4000), bomb);
    for (int i = 0; i < 8000; i++) {
      bomb.write(0x80 | 62);
    }
    peer.frame(HEADERS, END_HEADERS | END_STREAM, 1, bomb.toByteArray());
    Http2Peer.Frame end =
        peer.await(frame ->
            frame.type() == GOAWAY || frame.type() == RST_STREAM || frame.type() == HEADERS);
    assertThat(end).isNotNull();
    assertServes(server);
  }

  // ---------------------------------------------------------------- limits

  @Test
  void streamsOverTheLimitAreRefused() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .maxRunningCallsPerConnection(2)
                .service(Fixture.Texts.class, new Fixture.Plain()));
    Http2Peer peer = connect(server);
    for (int id = 1; id <= 5; id += 2) {
      peer.frame(HEADERS, END_HEADERS, id, Http2Peer.call("Texts/join"));
    }
    assertThat(peer.await(RST_STREAM, 5).code()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
    peer.frame(DATA, END_STREAM, 1, Http2Peer.message(TEXT));
    assertThat(peer.awaitEnd(1).get("grpc-status").toString()).isEqualTo("0");
  }

  @Test
  void aLargeMessageKeepsItsRoomUntilItsRequestEnds() {
    Http2Peer peer = connect(fixture.start(new Fixture.Plain()));
    byte[] prefix = {
      0, 0, 0x40, 0, 0
    }; // a length of 4 MiB: the 16 MiB of memory hold four messages
    for (int id = 1; id <= 9; id += 2) {
      peer.frame(HEADERS, END_HEADERS, id, Http2Peer.call("Texts/echo"));
      peer.frame(DATA, 0, id, prefix);
    }
    peer.await(WINDOW_UPDATE, 7);
    byte[] piece = new byte[1 << 14];
    int pieces = (4 << 20) / piece.length;
    for (int i = 1; i <= pieces; i++) {
      peer.frame(DATA, 0, 1, piece);
      if (i % 32 == 0) { // half of the window of the connection
        peer.await(WINDOW_UPDATE, 0);
      }
    }
    peer.frame(PING, 0, 0, new byte[8]);
    peer.await(frame -> {
      assertThat(frame.type() == WINDOW_UPDATE && frame.stream() == 9).as("room").isFalse();
      return frame.type() == PING;
    });
    peer.frame(DATA, END_STREAM, 1);
    peer.await(WINDOW_UPDATE, 9);
  }

  private static void answerPing(Http2Peer peer) {
    peer.frame(PING, 0, 0, new byte[8]);
    peer.await(PING, 0);
  }

  @Test
  void theTimeoutOfACallBeginsWithItsHeaders() {
    AtomicInteger calls = new AtomicInteger();
    Http2Peer peer =
        connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call) {
                    calls.incrementAndGet();
                    return text;
                  }
                }));
    peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/echo", "grpc-timeout", "1m"));
    answerPing(peer); // the headers have arrived
    long begin = System.nanoTime();
    do {
      answerPing(peer);
    } while (System.nanoTime() - begin < 10_000_000);
    peer.frame(DATA, END_STREAM, 1, Http2Peer.message(TEXT));
    assertThat(code(peer.awaitEnd(1))).isEqualTo("4");
    assertThat(calls).hasValue(0);
  }

  /** Starts a server whose results are large if their argument is that of {@link #TEXT}. */
  private RpcServer startWithLargeResults() {
    String large = "x".repeat(3 << 20);
    return fixture.start(
        fixture
            .server()
            .transport(transport -> transport.writeStallTimeout(Duration.ofSeconds(1)))
            .service(
                Fixture.Texts.class,
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call) {
                    return StringValue.of(text.getValue().equals("x") ? large : "fine");
                  }
                }));
  }

  @Test
  void aPeerThatTakesNoResultsIsDisconnected() {
    RpcServer server = startWithLargeResults();
    Http2Peer peer = connect(server, NO_WINDOW);
    for (int i = 0; i < 8; i++) {
      peer.call(2 * i + 1, "Texts/echo", TEXT);
    }
    assertThat(peer.awaitCall()).isNotNull();
    await().until(() -> server.peers().isEmpty());
    assertServes(server);
  }

  @Test
  void aPeerThatTakesResultsByteByByteIsDisconnected() {
    RpcServer server = startWithLargeResults();
    Http2Peer peer = connect(server, NO_WINDOW);
    for (int i = 0; i < 8; i++) {
      peer.call(2 * i + 1, "Texts/echo", TEXT);
    }
    int answered = peer.awaitCall().stream();
    await()
        .until(() -> {
          peer.repeat(1, Http2Peer.bytes(WINDOW_UPDATE, 0, answered, new byte[] {0, 0, 0, 1}));
          return server.peers().isEmpty();
        });
    assertServes(server);
  }

  @Test
  void aPeerThatTakesResultsSlowlyIsNotDisconnected() {
    RpcServer server = startWithLargeResults();
    Http2Peer peer = connect(server, NO_WINDOW);
    peer.frame(WINDOW_UPDATE, 0, 0, new byte[] {1, 0, 0, 0});
    for (int i = 0; i < 8; i++) {
      peer.call(2 * i + 1, "Texts/echo", TEXT);
    }
    int answered = peer.awaitCall().stream();
    long begin = System.nanoTime();
    do { // 3 MB would take longer than the timeout of 1 s
      peer.frame(WINDOW_UPDATE, 0, answered, new byte[] {0, 0, 1, 0});
      peer.await(DATA, answered);
    } while (System.nanoTime() - begin < 2_500_000_000L);
    assertThat(server.peers()).hasSize(1);
  }

  @Test
  void metadataThatThePeerDoesNotTakeIsLeftOut() {
    RpcServer server =
        fixture.start(
            new Fixture.Plain() {
              @Override
              public StringValue echo(StringValue text, CallContext call) {
                call.replyWith(Metadata.of("long", "x".repeat(2000)));
                return text;
              }
            });
    Http2Peer peer = connect(server, new byte[] {0, 6, 0, 0, 4, 0}); // 1,024 bytes of headers
    peer.call(1, "Texts/echo", TEXT);
    Http2Headers end = peer.awaitEnd(1);
    assertThat(code(end)).isEqualTo("0");
    assertThat(end.get(Metadata.LEFT_OUT)).hasToString("all entries");
    assertThat(end.get("long")).isNull();
  }

  @Test
  void anUnreadResultDoesNotStopOtherCalls() {
    RpcServer server =
        fixture.start(
            new Fixture.Plain() {
              @Override
              public StringValue echo(StringValue text, CallContext call) {
                return StringValue.of(text.getValue().repeat(1 << 20));
              }
            });
    Http2Peer peer = connect(server);
    peer.call(1, "Texts/echo", TEXT); // its window is 65,535 bytes
    peer.await(DATA, 1);
    peer.frame(WINDOW_UPDATE, 0, 0, new byte[] {0, 100, 0, 0});
    peer.call(3, "Texts/nothing", new byte[0]);
    assertThat(peer.awaitEnd(3).get("grpc-status").toString()).isEqualTo("0");
  }

  @Test
  void aPeerThatSaysNothingIsDisconnected() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .transport(transport -> transport.handshakeTimeout(Duration.ofMillis(300)))
                .service(Fixture.Texts.class, new Fixture.Plain()));
    for (String beginning : new String[] {"", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
      RawPeer peer = fixture.closing(RawPeer.connect(server.port()));
      peer.writeText(beginning);
      peer.readToEnd();
    }
  }

  @Test
  void otherProtocolsAreRefused() {
    RpcServer server = fixture.start(new Fixture.Plain());
    for (String beginning :
        new String[] {
          "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GNRP\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        }) {
      RawPeer peer = fixture.closing(RawPeer.connect(server.port()));
      peer.writeText(beginning);
      peer.readToEnd();
    }
    assertServes(server);
  }

  // ---------------------------------------------------------------- wrong requests

  private static String status(Http2Headers headers) {
    return String.valueOf(headers.status());
  }

  private static String code(Http2Headers headers) {
    return String.valueOf(headers.get("grpc-status"));
  }

  @Test
  void whatIsNotGrpcGetsAStatusOfHttp() {
    RpcServer server = fixture.start(new Fixture.Plain());
    Http2Peer peer = connect(server);
    peer.frame(
        HEADERS,
        END_HEADERS | END_STREAM,
        1,
        Http2Peer.headers(
            ":method", "GET", ":scheme", "http", ":path", "/", "content-type", "application/grpc"));
    assertThat(status(peer.awaitEnd(1))).isEqualTo("405");
    peer.frame(
        HEADERS, END_HEADERS | END_STREAM, 3, Http2Peer.post("/Texts/echo", "application/grpcweb"));
    assertThat(status(peer.awaitEnd(3))).isEqualTo("415");
    peer.frame(
        HEADERS,
        END_HEADERS | END_STREAM,
        5,
        Http2Peer.headers(
            ":method", "POST", ":scheme", "http", "content-type", "application/grpc"));
    assertThat(peer.await(RST_STREAM, 5).code()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
    peer.call(7, "Texts/echo", TEXT);
    assertThat(code(peer.awaitEnd(7))).isEqualTo("0");
  }

  @Test
  void anUnknownCompressionIsUnimplemented() {
    Http2Peer peer = connect(fixture.start(new Fixture.Plain()));
    peer.call(1, "Texts/echo", TEXT, "grpc-encoding", "brotli");
    Http2Headers end = peer.awaitEnd(1);
    assertThat(code(end)).isEqualTo("12");
    assertThat(end.get("grpc-accept-encoding").toString()).isEqualTo("identity,gzip");
  }

  @Test
  void requestsThatAreNoMessageFail() {
    Http2Peer peer = connect(fixture.start(new Fixture.Plain()));
    peer.frame(HEADERS, END_HEADERS | END_STREAM, 1, Http2Peer.call("Texts/echo"));
    assertThat(code(peer.awaitEnd(1))).as("none").isEqualTo("12");
    peer.frame(HEADERS, END_HEADERS, 3, Http2Peer.call("Texts/echo"));
    peer.frame(DATA, 0, 3, Http2Peer.message(TEXT));
    peer.frame(DATA, END_STREAM, 3, Http2Peer.message(TEXT));
    assertThat(code(peer.awaitEnd(3))).as("two").isEqualTo("12");
    peer.frame(HEADERS, END_HEADERS, 5, Http2Peer.call("Texts/echo"));
    peer.frame(DATA, END_STREAM, 5, new byte[] {0, 0, 0, 0, 9, 1});
    assertThat(code(peer.awaitEnd(5))).as("half").isEqualTo("13");
    peer.frame(HEADERS, END_HEADERS, 7, Http2Peer.call("Texts/echo"));
    peer.frame(DATA, END_STREAM, 7, new byte[] {1, 0, 0, 0, 0});
    assertThat(code(peer.awaitEnd(7))).as("compressed with nothing").isEqualTo("13");
    peer.frame(HEADERS, END_HEADERS, 9, Http2Peer.call("Texts/join"));
    peer.frame(DATA, 0, 9, new byte[] {0, 127, 0, 0, 0});
    assertThat(code(peer.awaitEnd(9))).as("too large").isEqualTo("8");
    peer.call(11, "Texts/echo", "\1\2\3".getBytes(StandardCharsets.US_ASCII));
    assertThat(code(peer.awaitEnd(11))).as("no Protobuf").isEqualTo("3");
    peer.call(13, "Texts/echo", TEXT, "grpc-timeout", "forever");
    assertThat(code(peer.awaitEnd(13))).as("timeout").isEqualTo("13");
    peer.call(15, "Texts/echo", TEXT, "raw-bin", "%%%");
    assertThat(code(peer.awaitEnd(15))).as("Base64").isEqualTo("13");
    peer.call(17, "Texts/echo", TEXT);
    assertThat(code(peer.awaitEnd(17))).isEqualTo("0");
  }

  @Test
  void dataAfterTheEndResetsItsStreamOnly() {
    Http2Peer peer = connect(fixture.start(new Fixture.Plain()));
    peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/join"));
    peer.frame(HEADERS, END_HEADERS, 3, Http2Peer.call("Texts/join"));
    peer.frame(DATA, END_STREAM, 3, Http2Peer.message(TEXT));
    peer.frame(DATA, 0, 3, Http2Peer.message(TEXT));
    peer.frame(DATA, END_STREAM, 1, Http2Peer.message(TEXT));
    assertThat(code(peer.awaitEnd(1))).isEqualTo("0");
  }

  @Test
  void aMessageInManyFramesIsWhole() {
    Http2Peer peer = connect(fixture.start(new Fixture.Plain()));
    peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/join"));
    byte[] message = Http2Peer.message(StringValue.of("abc").toByteArray());
    for (int turn = 0; turn < 3; turn++) {
      for (byte octet : message) {
        peer.frame(DATA, 0, 1, octet);
      }
    }
    peer.frame(DATA, END_STREAM, 1);
    byte[] answer = peer.await(DATA, 1).payload();
    assertThat(new String(answer, StandardCharsets.US_ASCII)).endsWith("abcabcabc");
  }
}
