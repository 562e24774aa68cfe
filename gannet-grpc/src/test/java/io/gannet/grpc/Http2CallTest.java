package io.gannet.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.Idempotent;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.StopMode;
import io.gannet.transport.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of HTTP with JSON over HTTP/2, beside those of gRPC. */
class Http2CallTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  interface Words {
    String echo(String text);

    @Idempotent
    String find(String text, CallContext call);

    void fail(String text);

    String wait(String text, CallContext call) throws InterruptedException;

    RpcStream<String> all(String text, CallContext call);
  }

  private final CountDownLatch gate = fixture.gate();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  private final class Plain implements Words {
    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public String find(String text, CallContext call) {
      call.beginWith(Metadata.of("shelf", "3"));
      call.replyWith(Metadata.of("cost", "1"));
      return text + " of " + call.metadata().get("tenant");
    }

    @Override
    public void fail(String text) {
      throw new RpcException(RpcCode.NOT_FOUND, text);
    }

    @Override
    public String wait(String text, CallContext call) throws InterruptedException {
      started.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw e;
      }
      return text;
    }

    @Override
    public RpcStream<String> all(String text, CallContext call) {
      if (text.isEmpty()) {
        throw new RpcException(RpcCode.NOT_FOUND, "no \"words\"");
      }
      call.replyWith(Metadata.of("cost", "1"));
      return RpcStream.of(text);
    }
  }

  private RpcServerBuilder builder() {
    return RpcServer.over(Server.tcp("127.0.0.1", 0))
        .service(Words.class, new Plain())
        .service(Fixture.Texts.class, new Fixture.Plain());
  }

  private final RpcServer server = fixture.start(builder().wire(RpcWire.HTTP, RpcWire.GRPC));

  private Http2Peer peer() {
    return fixture.closing(Http2Peer.connect(server));
  }

  private static void post(Http2Peer peer, int stream, String path, String json, String... more) {
    peer.frame(
        Http2Peer.HEADERS,
        Http2Peer.END_HEADERS,
        stream,
        Http2Peer.post("/" + path, "application/json", more));
    peer.frame(Http2Peer.DATA, Http2Peer.END_STREAM, stream, json.getBytes(UTF_8));
  }

  private static String status(Http2Peer.Answer answer) {
    return String.valueOf(answer.headers().status());
  }

  @Test
  void aCallIsAPostWithJson() {
    Http2Peer peer = peer();
    post(peer, 1, "Words/echo", "\"hi\"");
    Http2Peer.Answer answer = peer.awaitAnswer(1);
    assertThat(status(answer)).isEqualTo("200");
    assertThat(answer.body()).isEqualTo("\"hi\"");
    assertThat(answer.headers().get("content-type")).hasToString("application/json");
    post(peer, 3, "Texts/echo", "\"hi\"");
    assertThat(peer.awaitAnswer(3).body()).isEqualTo("\"hi\"");
    post(peer, 5, "Words/fail", "\"no book\"");
    Http2Peer.Answer failure = peer.awaitAnswer(5);
    assertThat(status(failure)).isEqualTo("404");
    assertThat(failure.body()).isEqualTo("{\"code\":\"not_found\",\"message\":\"no book\"}");
  }

  @Test
  void headersAreMetadataAndQueriesAreCalls() {
    Http2Peer peer = peer();
    peer.frame(
        Http2Peer.HEADERS,
        Http2Peer.END_HEADERS | Http2Peer.END_STREAM,
        1,
        Http2Peer.headers(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/Words/find?encoding=json&message=%22x%22",
            "tenant",
            "t1"));
    Http2Peer.Answer answer = peer.awaitAnswer(1);
    assertThat(answer.body()).isEqualTo("\"x of t1\"");
    assertThat(answer.headers().get("shelf")).hasToString("3");
    assertThat(answer.headers().get("trailer-cost")).hasToString("1");
  }

  @Test
  void callsOfOneConnectionRunAtOnceBesideThoseOfGrpc() throws Exception {
    Http2Peer peer = peer();
    post(peer, 1, "Words/wait", "\"slow\"");
    Fixture.await(started);
    post(peer, 3, "Words/echo", "\"fast\"");
    assertThat(peer.awaitAnswer(3).body()).isEqualTo("\"fast\"");
    peer.call(5, "Texts/echo", Fixture.TEXT.toByteArray());
    assertThat(peer.awaitEnd(5).get("grpc-status")).hasToString("0");
    gate.countDown();
    assertThat(peer.awaitAnswer(1).body()).isEqualTo("\"slow\"");
  }

  @Test
  void aResetCancelsTheCall() throws Exception {
    Http2Peer peer = peer();
    post(peer, 1, "Words/wait", "\"\"");
    Fixture.await(started);
    peer.frame(Http2Peer.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
    Fixture.await(interrupted);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /Words/echo?encoding=json&message=1, application/json, 405",
    "PUT, /Words/echo, application/json, 405",
    "HEAD, /Words/echo, application/json, 405",
    "POST, /Words/echo, text/plain, 415",
    "POST, /Words/missing, application/json, 404",
    "POST, /Texts/count, application/json, 415",
    "OPTIONS, /Words/echo, application/json, 204"
  })
  void whatIsNotACallHasAStatus(String method, String path, String type, String status) {
    Http2Peer peer = peer();
    byte[] headers =
        Http2Peer.headers(
            ":method", method, ":scheme", "http", ":path", path, "content-type", type);
    peer.frame(Http2Peer.HEADERS, Http2Peer.END_HEADERS | Http2Peer.END_STREAM, 1, headers);
    assertThat(status(peer.awaitAnswer(1))).isEqualTo(status);
    post(peer, 3, "Words/echo", "\"1\"");
    assertThat(peer.awaitAnswer(3).body()).as("the connection is kept").isEqualTo("\"1\"");
  }

  @Test
  void pagesOfOtherOriginsAreRefused() {
    assertThat(statusFor("evil.example", "origin", "http://evil.example")).isEqualTo("403");
    assertThat(statusFor("localhost", "origin", "http://localhost")).isEqualTo("200");
    assertThat(statusFor("localhost", "host", "evil.example")).isEqualTo("400");
  }

  private String statusFor(String authority, String... header) {
    byte[] pseudo =
        Http2Peer.headers(
            ":method", "POST", ":scheme", "http", ":path", "/Words/echo", ":authority", authority);
    byte[] others = Http2Peer.headers("content-type", "application/json", header[0], header[1]);
    Http2Peer peer = peer();
    peer.frame(
        Http2Peer.HEADERS,
        Http2Peer.END_HEADERS,
        1,
        ByteBuffer.allocate(pseudo.length + others.length).put(pseudo).put(others).array());
    peer.frame(Http2Peer.DATA, Http2Peer.END_STREAM, 1, "\"1\"".getBytes(UTF_8));
    return status(peer.awaitAnswer(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/Texts/count", "/Words/echo", "/Words/missing"})
  void aCallerWithoutATokenDoesNotLearnWhichMethodsExist(String path) {
    RpcServer guarded =
        fixture.start(
            builder()
                .wire(RpcWire.HTTP)
                .interceptIncoming((call, next) -> {
                  throw new RpcException(RpcCode.UNAUTHENTICATED, "no token");
                })
                .transport(to -> to.maxMessageSize(1000)));
    Http2Peer peer = fixture.closing(Http2Peer.connect(guarded));
    peer.frame(
        Http2Peer.HEADERS,
        Http2Peer.END_HEADERS,
        1,
        Http2Peer.post(path, "application/json", "content-length", "1001"));
    assertThat(status(peer.awaitAnswer(1))).isEqualTo("401");
  }

  @Test
  void aServerOfHttpAloneSpeaksHttp2Too() {
    RpcServer alone = fixture.start(builder().wire(RpcWire.HTTP));
    Http2Peer peer = fixture.closing(Http2Peer.connect(alone));
    post(peer, 1, "Words/echo", "\"1\"");
    assertThat(peer.awaitAnswer(1).body()).isEqualTo("\"1\"");
    peer.call(3, "Texts/echo", Fixture.TEXT.toByteArray());
    assertThat(status(peer.awaitAnswer(3))).as("gRPC isn't offered").isEqualTo("415");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Texts/count | 3                 | 0:1 0:2 0:3 2:{}",
        "Texts/join  | \"a\",\"b\"     | 0:\"ab\" 2:{}",
        "Texts/chat  | \"a\",\"b\"     | 0:\"a!\" 0:\"b!\" 2:{}",
        "Words/all   | \"a\"           | 0:\"a\" 2:{\"metadata\":{\"cost\":[\"1\"]}}",
        "Words/all   | \"\"            | 2:{\"error\":{\"code\":\"not_found\",\"message\":\"no"
            + " \\\"words\\\"\"}}"
      })
  void streamsAreMessagesWithPrefixesAndAnEnd(String path, String items, String expected) {
    Http2Peer peer = peer();
    peer.frame(
        Http2Peer.HEADERS,
        Http2Peer.END_HEADERS,
        1,
        Http2Peer.post("/" + path, "application/connect+json"));
    for (String item : items.split(",", -1)) {
      peer.frame(Http2Peer.DATA, 0, 1, Http2Peer.message(item.getBytes(UTF_8)));
    }
    peer.frame(Http2Peer.DATA, Http2Peer.END_STREAM, 1);
    Http2Peer.Answer answer = peer.awaitAnswer(1);
    assertThat(status(answer)).isEqualTo("200");
    assertThat(answer.headers().get("content-type")).hasToString("application/connect+json");
    ByteBuffer body = ByteBuffer.wrap(answer.body().getBytes(UTF_8));
    List<String> messages = new ArrayList<>();
    while (body.hasRemaining()) {
      int flags = body.get();
      byte[] message = new byte[body.getInt()];
      body.get(message);
      messages.add(flags + ":" + new String(message, UTF_8));
    }
    assertThat(String.join(" ", messages)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "Words/echo, application/connect+json, 415",
    "Texts/chat, application/json, 415",
    "Texts/missing, application/connect+json, 404"
  })
  void streamsHaveContentTypesOfTheirOwn(String path, String type, String status) {
    Http2Peer peer = peer();
    peer.frame(
        Http2Peer.HEADERS,
        Http2Peer.END_HEADERS | Http2Peer.END_STREAM,
        1,
        Http2Peer.post("/" + path, type));
    assertThat(status(peer.awaitAnswer(1))).isEqualTo(status);
  }

  @Test
  void aClientThatWaitsWithItsBodyIsAskedForIt() {
    Http2Peer peer = peer();
    peer.frame(
        Http2Peer.HEADERS,
        Http2Peer.END_HEADERS,
        1,
        Http2Peer.post("/Words/echo", "application/json", "expect", "100-continue"));
    assertThat(peer.awaitHeaders(1).status()).hasToString("100");
    peer.frame(Http2Peer.DATA, Http2Peer.END_STREAM, 1, "\"1\"".getBytes(UTF_8));
    assertThat(peer.awaitAnswer(1).body()).isEqualTo("\"1\"");
  }

  @Test
  void aDrainWaitsForTheRunningCall() throws Exception {
    Http2Peer peer = peer();
    post(peer, 1, "Words/wait", "\"done\"");
    Fixture.await(started);
    server.stop(StopMode.DRAIN);
    gate.countDown();
    assertThat(peer.awaitAnswer(1).body()).isEqualTo("\"done\"");
  }

  @Test
  void aBodyOverTheLimitIsRefusedAlsoWithoutALength() {
    RpcServer small =
        fixture.start(
            builder().wire(RpcWire.HTTP, RpcWire.GRPC).transport(to -> to.maxMessageSize(1000)));
    Http2Peer peer = fixture.closing(Http2Peer.connect(small));
    post(peer, 1, "Words/echo", "x".repeat(1001), "content-length", "1001");
    assertThat(status(peer.awaitAnswer(1))).isEqualTo("413");
    post(peer, 3, "Words/echo", "x".repeat(1001));
    assertThat(status(peer.awaitAnswer(3))).isEqualTo("413");
    post(peer, 5, "Words/echo", "\"%s\"".formatted("x".repeat(900)));
    assertThat(status(peer.awaitAnswer(5))).isEqualTo("200");
  }

  @Test
  void largeBodiesWithAndWithoutALengthArrive() throws Exception {
    SelfSigned certificate = SelfSigned.in(directory);
    RpcServer secure = fixture.start(builder().wire(RpcWire.HTTP).transport(tls(certificate)));
    HttpClient client = fixture.closing(client(certificate).build());
    String json = "\"%s\"".formatted("x".repeat(3 << 20));
    for (HttpRequest.BodyPublisher body :
        List.of(
            BodyPublishers.ofString(json),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(json.getBytes(UTF_8))))) {
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(client.sendAsync(request(secure, body), BodyHandlers.ofString()));
      }
      for (CompletableFuture<HttpResponse<String>> one : all) {
        assertThat(one.get(30, TimeUnit.SECONDS).body()).isEqualTo(json);
        assertThat(one.get().version()).isEqualTo(HttpClient.Version.HTTP_2);
      }
    }
  }

  /** {@return the settings of a server with TLS} */
  static Consumer<ServerBuilder<?>> tls(SelfSigned certificate) {
    TlsIdentity identity = TlsIdentity.pem(certificate.certificateFile(), certificate.keyFile());
    return to -> to.tls(ServerTls.of(identity));
  }

  /** {@return a client that trusts a certificate} */
  static HttpClient.Builder client(SelfSigned certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(certificate.certificateFile())) {
      trusted.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context);
  }

  private static HttpRequest request(RpcServer server, HttpRequest.BodyPublisher body) {
    return HttpRequest.newBuilder(
            URI.create("https://localhost:%d/Words/echo".formatted(server.port())))
        .header("Content-Type", "application/json")
        .POST(body)
        .build();
  }
}
