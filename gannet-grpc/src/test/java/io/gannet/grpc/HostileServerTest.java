package io.gannet.grpc;

import static io.gannet.grpc.Fixture.TEXT;
import static io.gannet.grpc.Http2Peer.CONTINUATION;
import static io.gannet.grpc.Http2Peer.DATA;
import static io.gannet.grpc.Http2Peer.END_HEADERS;
import static io.gannet.grpc.Http2Peer.END_STREAM;
import static io.gannet.grpc.Http2Peer.GOAWAY;
import static io.gannet.grpc.Http2Peer.HEADERS;
import static io.gannet.grpc.Http2Peer.PING;
import static io.gannet.grpc.Http2Peer.PUSH_PROMISE;
import static io.gannet.grpc.Http2Peer.RST_STREAM;
import static io.gannet.grpc.Http2Peer.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.PublishedDirectory;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.rpc.balancer.Balancers;
import io.gannet.testkit.RawServer;
import io.gannet.transport.Client;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that violate HTTP/2 or gRPC, or use what it allows against us. */
class HostileServerTest {

  private static final String[] OK = {":status", "200", "content-type", "application/grpc"};
  private static final byte[] MESSAGE = Http2Peer.message(TEXT.toByteArray());

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RawServer server = fixture.closing(RawServer.start());

  private RpcClientBuilder builder() {
    return RpcClient.over(Client.tcp("127.0.0.1", server.port())).wire(RpcWire.GRPC);
  }

  private Http2Peer accept(byte... settings) {
    return fixture.closing(Http2Peer.accept(server, settings));
  }

  private static CompletableFuture<StringValue> call(RpcClient client) {
    return client.callAsync("Texts/echo", StringValue.class, TEXT).toCompletableFuture();
  }

  private static RpcException failureOf(CompletableFuture<?> call) throws Exception {
    try {
      return new RpcException(RpcCode.OK, "succeeded: " + call.get(30, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return (RpcException) e.getCause();
    }
  }

  private static void answer(Http2Peer peer, int stream) {
    peer.frame(HEADERS, END_HEADERS, stream, Http2Peer.headers(OK));
    peer.frame(DATA, 0, stream, MESSAGE);
    peer.frame(HEADERS, END_HEADERS | END_STREAM, stream, Http2Peer.headers("grpc-status", "0"));
  }

  /** A client is fine if its next call is answered, on this connection. */
  private static void assertAnswers(Http2Peer peer, RpcClient client) throws Exception {
    CompletableFuture<StringValue> call = call(client);
    answer(peer, peer.awaitCall().stream());
    assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(TEXT);
  }

  private void assertEnds(Http2Peer peer, Http2Error code, RpcClient client) throws Exception {
    assertThat(peer.await(GOAWAY, 0).code()).isEqualTo((int) code.code());
    assertAnswers(accept(), client);
  }

  // ---------------------------------------------------------------- what a request looks like

  @Test
  void aRequestHasTheHeadersOfGrpc() {
    RpcClient client = fixture.start(builder());
    CallOptions options =
        CallOptions.defaults()
            .withTimeout(Duration.ofSeconds(60))
            .withMetadata(Metadata.of("k", "v"));
    CompletableFuture<Object> call =
        client
            .callAsync("Texts/echo", StringValue.class, options, List.of(TEXT))
            .toCompletableFuture();
    Http2Peer peer = accept();
    Http2Peer.Call request = peer.awaitCall();
    Http2Headers headers = request.headers();
    assertThat(headers.method()).hasToString("POST");
    assertThat(headers.scheme()).hasToString("http");
    assertThat(headers.path()).hasToString("/Texts/echo");
    assertThat(headers.authority()).hasToString("127.0.0.1:" + server.port());
    assertThat(headers.get("te")).hasToString("trailers");
    assertThat(headers.get("content-type")).hasToString("application/grpc");
    assertThat(headers.get("user-agent")).hasToString("grpc-java-gannet");
    assertThat(headers.get("grpc-accept-encoding")).hasToString("identity,gzip");
    assertThat(headers.get("grpc-timeout").toString()).matches("(59[0-9]{3}|60000)m");
    assertThat(headers.get("k")).hasToString("v");
    Http2Peer.Frame message = peer.await(DATA, request.stream());
    assertThat(message.payload()).isEqualTo(MESSAGE);
    assertThat(message.flags() & END_STREAM).isNotZero();
    call.cancel(true);
    assertThat(peer.await(RST_STREAM, request.stream()).code())
        .isEqualTo((int) Http2Error.CANCEL.code());
  }

  @Test
  void heartbeatsArePingsAndDetectSilence() {
    RpcClient client =
        fixture.start(builder().heartbeat(Duration.ofMillis(50), Duration.ofMillis(500)));
    Http2Peer peer = accept();
    peer.await(PING, 0);
    accept(); // the next connection
    assertThat(client.isRunning()).isTrue();
  }

  // ---------------------------------------------------------------- the outcome of a call

  @ParameterizedTest
  @CsvSource({
    "NO_ERROR, INTERNAL",
    "PROTOCOL_ERROR, INTERNAL",
    "INTERNAL_ERROR, INTERNAL",
    "FLOW_CONTROL_ERROR, INTERNAL",
    "REFUSED_STREAM, UNAVAILABLE",
    "CANCEL, CANCELLED",
    "ENHANCE_YOUR_CALM, RESOURCE_EXHAUSTED",
    "INADEQUATE_SECURITY, PERMISSION_DENIED",
  })
  void aResetStreamHasTheCodeOfItsError(Http2Error error, RpcCode code) throws Exception {
    RpcClient client = fixture.start(builder());
    CompletableFuture<StringValue> call = call(client);
    Http2Peer peer = accept();
    peer.frame(RST_STREAM, 0, peer.awaitCall().stream(), new byte[] {0, 0, 0, (byte) error.code()});
    RpcException failure = failureOf(call);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessageContaining(error.name());
    assertThat(failure.notStarted()).isEqualTo(error == Http2Error.REFUSED_STREAM);
    assertAnswers(peer, client);
  }

  @ParameterizedTest
  @CsvSource({
    "400, INTERNAL",
    "401, UNAUTHENTICATED",
    "403, PERMISSION_DENIED",
    "404, UNIMPLEMENTED",
    "429, UNAVAILABLE",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, UNAVAILABLE",
    "500, UNKNOWN",
    "200, UNKNOWN",
  })
  void aResponseOfHttpHasTheCodeOfItsStatus(String status, RpcCode code) throws Exception {
    RpcClient client = fixture.start(builder());
    Http2Peer peer = null;
    for (int flags : new int[] {END_HEADERS, END_HEADERS | END_STREAM}) {
      CompletableFuture<StringValue> call = call(client);
      peer = peer == null ? accept() : peer;
      peer.frame(
          HEADERS,
          flags,
          peer.awaitCall().stream(),
          Http2Peer.headers(":status", status, "content-type", "text/html"));
      RpcException failure = failureOf(call);
      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure)
          .hasMessageContaining("HTTP status " + status + ", content type text/html");
    }
    assertAnswers(peer, client);
  }

  private static byte[] trailers(String... namesAndValues) {
    return Http2Peer.bytes(HEADERS, END_HEADERS | END_STREAM, 0, Http2Peer.headers(namesAndValues));
  }

  /** Writes frames for a stream, and returns how its call fails. */
  private static RpcException failureOf(Http2Peer peer, RpcClient client, byte[]... frames)
      throws Exception {
    CompletableFuture<StringValue> call = call(client);
    int stream = peer.awaitCall().stream();
    for (byte[] frame : frames) {
      peer.write(ByteBuffer.wrap(frame).putInt(5, stream).array());
    }
    return failureOf(call);
  }

  @Test
  void wrongResponsesFailTheirCallOnly() throws Exception {
    RpcClient client = fixture.start(builder());
    CompletableFuture<StringValue> first = call(client);
    Http2Peer peer = accept();
    answer(peer, peer.awaitCall().stream());
    first.get(30, TimeUnit.SECONDS);
    byte[] ok = Http2Peer.bytes(HEADERS, END_HEADERS, 0, Http2Peer.headers(OK));
    byte[] early = Http2Peer.bytes(HEADERS, END_HEADERS, 0, Http2Peer.headers(":status", "103"));
    byte[] data = Http2Peer.bytes(DATA, 0, 0, MESSAGE);
    byte[] fine = trailers("grpc-status", "0");
    assertThat(failureOf(peer, client, early, ok, data, fine).code()).isEqualTo(RpcCode.OK);
    assertThat(failureOf(peer, client, data, ok, fine).code())
        .as("data before the headers")
        .isEqualTo(RpcCode.INTERNAL);
    assertThat(failureOf(peer, client, ok, fine).code())
        .as("no message")
        .isEqualTo(RpcCode.UNIMPLEMENTED);
    assertThat(failureOf(peer, client, ok, data, data, fine).code())
        .as("two messages")
        .isEqualTo(RpcCode.UNIMPLEMENTED);
    byte[] half = Http2Peer.bytes(DATA, 0, 0, new byte[] {0, 0, 0, 0, 9, 1});
    assertThat(failureOf(peer, client, ok, half, fine).code())
        .as("half a message")
        .isEqualTo(RpcCode.INTERNAL);
    assertThat(failureOf(peer, client, ok, half, trailers("grpc-status", "9")).code())
        .as("half a message, and a failure")
        .isEqualTo(RpcCode.FAILED_PRECONDITION);
    byte[] last = Http2Peer.bytes(DATA, END_STREAM, 0, MESSAGE);
    assertThat(failureOf(peer, client, ok, last).code())
        .as("no trailers")
        .isEqualTo(RpcCode.INTERNAL);
    assertThat(failureOf(peer, client, ok, data, trailers("k", "v")).code())
        .as("no status")
        .isEqualTo(RpcCode.UNKNOWN);
    assertThat(failureOf(peer, client, ok, data, trailers("grpc-status", "zero")).code())
        .as("no number")
        .isEqualTo(RpcCode.UNKNOWN);
    assertThat(failureOf(peer, client, ok, data, trailers("grpc-status", "99")).code())
        .as("unknown number")
        .isEqualTo(RpcCode.UNKNOWN);
    RpcException cut =
        failureOf(
            peer,
            client,
            trailers(
                ":status",
                "200",
                "content-type",
                "application/grpc",
                "grpc-status",
                "5",
                "grpc-message",
                "100 %25 %c3%B6 %zz %",
                "raw-bin",
                "%%%"));
    assertThat(cut.code()).isEqualTo(RpcCode.NOT_FOUND);
    assertThat(cut).hasMessage("100 % \u00f6 %zz %");
    byte[] flagged = Http2Peer.bytes(DATA, 0, 0, new byte[] {1, 0, 0, 0, 0});
    assertThat(failureOf(peer, client, ok, flagged, fine).code())
        .as("compressed with nothing")
        .isEqualTo(RpcCode.INTERNAL);
    byte[] brotli =
        Http2Peer.bytes(
            HEADERS,
            END_HEADERS,
            0,
            Http2Peer.headers(OK[0], OK[1], OK[2], OK[3], "grpc-encoding", "br"));
    assertThat(failureOf(peer, client, brotli, data, fine).code())
        .as("compressed with something else")
        .isEqualTo(RpcCode.INTERNAL);
    byte[] gzip =
        Http2Peer.bytes(
            HEADERS,
            END_HEADERS,
            0,
            Http2Peer.headers(OK[0], OK[1], OK[2], OK[3], "grpc-encoding", "gzip"));
    byte[] noGzip = new byte[5 + 20];
    noGzip[0] = 1;
    noGzip[4] = 20;
    assertThat(failureOf(peer, client, gzip, Http2Peer.bytes(DATA, 0, 0, noGzip), fine).code())
        .as("no gzip")
        .isEqualTo(RpcCode.INTERNAL);
    byte[] huge = Http2Peer.bytes(DATA, 0, 0, new byte[] {0, 127, 0, 0, 0});
    assertThat(failureOf(peer, client, ok, huge).code())
        .as("too large")
        .isEqualTo(RpcCode.RESOURCE_EXHAUSTED);
    byte[] noProtobuf = Http2Peer.bytes(DATA, 0, 0, Http2Peer.message((byte) 1, (byte) 2));
    assertThat(failureOf(peer, client, ok, noProtobuf, fine).code())
        .as("no Protobuf")
        .isEqualTo(RpcCode.INTERNAL);
    assertAnswers(peer, client);
  }

  // ---------------------------------------------------------------- limits

  @Test
  void headersWithoutEndEndTheConnection() throws Exception {
    RpcClient client = fixture.start(builder());
    CompletableFuture<StringValue> call = call(client);
    Http2Peer peer = accept();
    int stream = peer.awaitCall().stream();
    peer.frame(HEADERS, 0, stream, Http2Peer.headers(OK));
    peer.repeat(100, Http2Peer.bytes(CONTINUATION, 0, stream));
    assertThat(failureOf(call).code()).isEqualTo(RpcCode.UNAVAILABLE);
    assertEnds(peer, Http2Error.ENHANCE_YOUR_CALM, client);
  }

  @Test
  void hugeHeadersFailTheCall() throws Exception {
    RpcClient client = fixture.start(builder());
    CompletableFuture<StringValue> call = call(client);
    Http2Peer peer = accept();
    int stream = peer.awaitCall().stream();
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    headers.writeBytes(Http2Peer.headers(OK));
    for (int i = 0; i < 3; i++) {
      headers.writeBytes(Http2Peer.headers("k" + i, "v".repeat(4000)));
    }
    peer.frame(HEADERS, 0, stream, headers.toByteArray());
    peer.frame(CONTINUATION, END_HEADERS, stream, Http2Peer.headers("k4", "v".repeat(15_000)));
    assertThat(failureOf(call).code()).isIn(RpcCode.RESOURCE_EXHAUSTED, RpcCode.UNAVAILABLE);
  }

  @Test
  void tooMuchMetadataIsLeftOut() throws Exception {
    RpcClient client = fixture.start(builder().maxMetadata(2, 1000));
    CompletableFuture<Metadata> reply = new CompletableFuture<>();
    CallOptions options = CallOptions.defaults().withOnReply(reply::complete);
    CompletableFuture<Object> call =
        client
            .callAsync("Texts/echo", StringValue.class, options, List.of(TEXT))
            .toCompletableFuture();
    Http2Peer peer = accept();
    int stream = peer.awaitCall().stream();
    peer.frame(HEADERS, END_HEADERS, stream, Http2Peer.headers(OK));
    peer.frame(DATA, 0, stream, MESSAGE);
    peer.frame(
        HEADERS,
        END_HEADERS | END_STREAM,
        stream,
        Http2Peer.headers("grpc-status", "0", "a", "1", "b", "2", "c", "3"));
    assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(TEXT);
    assertThat(reply.join()).isEqualTo(Metadata.of(Metadata.LEFT_OUT, "all entries"));
  }

  @Test
  void dataBeyondTheWindowFailsTheCall() throws Exception {
    RpcClient client = fixture.start(builder().streamWindow(1, 1000));
    RpcStream<StringValue> items = client.callStream("Texts/all", StringValue.class, TEXT);
    fixture.closing(items);
    Http2Peer peer = accept();
    int stream = peer.awaitCall().stream();
    peer.frame(HEADERS, END_HEADERS, stream, Http2Peer.headers(OK));
    byte[] item = Http2Peer.message(StringValue.of("x".repeat(9000)).toByteArray());
    peer.repeat(12, Http2Peer.bytes(DATA, 0, stream, item));
    assertThat(peer.await(RST_STREAM, stream).code())
        .isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
    assertThat(failureOf(items.whenEnded().toCompletableFuture()).code())
        .isEqualTo(RpcCode.INTERNAL);
    assertAnswers(peer, client);
  }

  @Test
  void floodsOfSmallFramesEndTheConnection() throws Exception {
    RpcClient client = fixture.start(builder());
    Http2Peer peer = accept();
    for (byte[] frame :
        new byte[][] {Http2Peer.bytes(PING, 0, 0, new byte[8]), Http2Peer.bytes(SETTINGS, 0, 0)}) {
      peer.repeat(1100, frame);
      assertThat(peer.await(GOAWAY, 0).code()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
      peer = accept();
    }
    assertAnswers(peer, client);
  }

  @Test
  void pushedAndUnknownStreamsEndTheConnection() throws Exception {
    RpcClient client = fixture.start(builder());
    CompletableFuture<StringValue> call = call(client);
    Http2Peer pushing = accept();
    int stream = pushing.awaitCall().stream();
    ByteArrayOutputStream promise = new ByteArrayOutputStream();
    promise.writeBytes(new byte[] {0, 0, 0, 2});
    promise.writeBytes(
        Http2Peer.headers(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"));
    pushing.frame(PUSH_PROMISE, END_HEADERS, stream, promise.toByteArray());
    assertThat(pushing.await(GOAWAY, 0).code()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
    assertThat(failureOf(call).code()).isEqualTo(RpcCode.UNAVAILABLE);
    Http2Peer unknown = accept();
    unknown.frame(DATA, 0, 99, MESSAGE);
    assertEnds(unknown, Http2Error.PROTOCOL_ERROR, client);
  }

  @Test
  void streamsThatTheServerOpensAreRefused() throws Exception {
    RpcClient client = fixture.start(builder());
    Http2Peer peer = accept();
    peer.frame(HEADERS, END_HEADERS, 2, Http2Peer.headers(OK));
    assertThat(peer.await(RST_STREAM, 2).code()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
    assertAnswers(peer, client);
  }

  @Test
  void aServerThatSaysNothingIsLeft() throws Exception {
    RpcClient client =
        fixture.start(
            builder()
                .connectionWait(Duration.ofSeconds(1))
                .transport(transport -> transport.handshakeTimeout(Duration.ofMillis(200))));
    assertThat(failureOf(call(client)).code()).isEqualTo(RpcCode.UNAVAILABLE);
    fixture.closing(server.accept()).readToEnd();
  }

  @Test
  void otherProtocolsAreRefused() throws Exception {
    RpcClient client = fixture.start(builder().connectionWait(Duration.ofSeconds(1)));
    CompletableFuture<StringValue> call = call(client);
    var peer = fixture.closing(server.accept());
    peer.writeText("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    assertThat(failureOf(call).code()).isEqualTo(RpcCode.UNAVAILABLE);
  }

  @Test
  void aServerThatTakesNothingHoldsItsCallsOnly() throws Exception {
    RpcClient client =
        fixture.start(
            builder().transport(transport -> transport.writeStallTimeout(Duration.ofSeconds(1))));
    String large = "x".repeat(3 << 20);
    for (int i = 0; i < 8; i++) {
      client.callAsync("Texts/echo", StringValue.class, StringValue.of(large));
    }
    Http2Peer peer = accept(new byte[] {0, 4, 0, 0, 0, 0}); // initial window 0
    peer.awaitCall();
    assertAnswers(accept(), client); // the stalled connection has been replaced
  }

  // ---------------------------------------------------------------- goodbyes

  private static byte[] goAway(int lastStream, Http2Error why, String text) {
    byte[] payload =
        ByteBuffer.allocate(8 + text.length())
            .putInt(lastStream)
            .putInt((int) why.code())
            .put(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            .array();
    return Http2Peer.bytes(GOAWAY, 0, 0, payload);
  }

  @Test
  void callsAboveTheLastStreamOfAGoodbyeHaveNotBeenStarted() throws Exception {
    RpcClient client = fixture.start(builder());
    CompletableFuture<StringValue> first = call(client);
    Http2Peer peer = accept();
    int handled = peer.awaitCall().stream();
    CompletableFuture<StringValue> second = call(client);
    peer.awaitCall();
    peer.write(goAway(handled, Http2Error.NO_ERROR, "bye\n"));
    RpcException failure = failureOf(second);
    assertThat(failure.code()).isEqualTo(RpcCode.UNAVAILABLE);
    assertThat(failure.notStarted()).isTrue();
    assertAnswers(accept(), client); // the next connection, while the old one has a call
    answer(peer, handled);
    assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(TEXT);
  }

  @Test
  void aRefusedCallIsMadeElsewhere() throws Exception {
    RpcServer good = fixture.start(new Fixture.Plain());
    PublishedDirectory directory = fixture.closing(Directory.published("Texts"));
    Instance refusing = Instance.of("Texts", "grpc", "127.0.0.1:" + server.port());
    directory.publish(List.of(refusing));
    RpcClient cluster = fixture.start(RpcClient.over(directory).balancer(Balancers.roundRobin()));
    Http2Peer peer = accept();
    directory.publish(List.of(refusing, Instance.of("Texts", "grpc", "127.0.0.1:" + good.port())));
    await().until(() -> cluster.connections().size() == 2);
    byte[] refused = {0, 0, 0, (byte) Http2Error.REFUSED_STREAM.code()};
    CompletableFuture<Integer> refuses =
        CompletableFuture.supplyAsync(() -> {
          for (int calls = 1; ; calls++) {
            int stream = peer.awaitCall().stream();
            peer.frame(RST_STREAM, 0, stream, refused);
            if (calls == 3) {
              return calls;
            }
          }
        });
    for (int calls = 0; calls < 100 && !refuses.isDone(); calls++) {
      assertThat(call(cluster).get(30, TimeUnit.SECONDS)).isEqualTo(TEXT);
    }
    assertThat(refuses.get(30, TimeUnit.SECONDS)).isEqualTo(3);
  }

  @Test
  void callsInTheLineHaveNotBeenStartedWhenTheConnectionEnds() throws Exception {
    RpcClient client = fixture.start(builder());
    CompletableFuture<StringValue> first = call(client);
    Http2Peer peer = accept(new byte[] {0, 3, 0, 0, 0, 1}); // one stream at a time
    peer.awaitCall();
    CompletableFuture<StringValue> second = call(client);
    CompletableFuture<StringValue> third = call(client);
    assertThat(third).isNotDone();
    assertThat(third.cancel(true)).isTrue();
    peer.frame(PING, 0, 0, new byte[8]);
    peer.await(PING, 0);
    await().until(() -> client.connections().iterator().next().stats().callsPending() == 2);
    peer.raw().reset();
    assertThat(failureOf(first).notStarted()).isFalse();
    RpcException failure = failureOf(second);
    assertThat(failure.code()).isEqualTo(RpcCode.UNAVAILABLE);
    assertThat(failure.notStarted()).isTrue();
  }

  @Test
  void callsThatTheSessionHasNotWrittenHaveNotBeenStartedWhenTheConnectionEnds() throws Exception {
    int queue = 64 << 20;
    RpcClient client =
        fixture.start(builder().transport(transport -> transport.outboundQueue(queue, queue / 2)));
    StringValue large = StringValue.of("x".repeat(3 << 20));
    List<CompletableFuture<StringValue>> calls = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      calls.add(client.callAsync("Texts/echo", StringValue.class, large).toCompletableFuture());
    }
    Http2Peer peer = accept(new byte[] {0, 4, 0, 0, 0, 0}); // initial window 0
    for (int i = 0; i < 6; i++) { // 18 of the 16 MiB that may wait for the server
      peer.awaitCall();
    }
    int started = 6;
    peer.frame(PING, 0, 0, new byte[8]);
    while (peer.await(frame -> frame.type() == PING || frame.type() == HEADERS).type() != PING) {
      started++;
    }
    await().until(() -> client.connections().iterator().next().stats().callsSent() == 16);
    peer.raw().reset();
    int mayHaveBeenHandled = 0;
    for (CompletableFuture<StringValue> call : calls) {
      RpcException failure = failureOf(call);
      assertThat(failure.code()).isEqualTo(RpcCode.UNAVAILABLE);
      mayHaveBeenHandled += failure.notStarted() ? 0 : 1;
    }
    assertThat(mayHaveBeenHandled).isEqualTo(started).isLessThan(16);
  }

  @Test
  void whatHasComeIsReadAlthoughTheServerIsGone() throws Exception {
    RpcClient client = fixture.start(builder().streamWindow(1, 1000));
    RpcStream<StringValue> items = client.callStream("Texts/all", StringValue.class, TEXT);
    fixture.closing(items);
    Http2Peer peer = accept();
    int stream = peer.awaitCall().stream();
    peer.frame(HEADERS, END_HEADERS, stream, Http2Peer.headers(OK));
    byte[] item = Http2Peer.message(StringValue.of("y".repeat(1000)).toByteArray());
    peer.repeat(20, Http2Peer.bytes(DATA, 0, stream, item));
    peer.frame(HEADERS, END_HEADERS | END_STREAM, stream, Http2Peer.headers("grpc-status", "0"));
    peer.raw().shutdownOutput();
    assertAnswers(accept(), client); // so the end has been noticed
    int count = 0;
    for (StringValue each : items) {
      assertThat(each.getValue()).hasSize(1000);
      count++;
    }
    assertThat(count).isEqualTo(20);
  }

  @Test
  void aGoodbyeBecauseOfAnErrorSaysWhy() throws Exception {
    RpcClient client = fixture.start(builder());
    CompletableFuture<StringValue> call = call(client);
    Http2Peer peer = accept();
    int stream = peer.awaitCall().stream();
    peer.write(goAway(stream, Http2Error.ENHANCE_YOUR_CALM, "too_many_pings"));
    peer.raw().shutdownOutput();
    RpcException failure = failureOf(call);
    assertThat(failure.code()).isEqualTo(RpcCode.UNAVAILABLE);
    assertThat(failure.notStarted()).isFalse();
    assertThat(failure).hasMessageContaining("ENHANCE_YOUR_CALM too_many_pings");
  }
}
