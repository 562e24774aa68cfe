package io.gannet.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.Idempotent;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls over HTTP/1.1. */
class HttpTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final HttpClient client =
      fixture.closing(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());

  record Text(String text) {}

  interface Words {
    Text echo(Text text);

    @Idempotent
    Text find(Text text, CallContext call);

    void fail(Text text);

    void failWithDetails();

    void nothing();

    Text wait(Text text, CallContext call) throws InterruptedException;

    RpcStream<Text> all(Text text);
  }

  private final CountDownLatch gate = fixture.gate();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  private final class Plain implements Words {
    @Override
    public Text echo(Text text) {
      return text;
    }

    @Override
    public Text find(Text text, CallContext call) {
      call.beginWith(Metadata.of("shelf", "3"));
      call.replyWith(Metadata.of("cost", "1"));
      return new Text(text.text() + " of " + call.metadata().get("tenant"));
    }

    @Override
    public void fail(Text text) {
      throw new RpcException(RpcCode.NOT_FOUND, text.text());
    }

    @Override
    public void failWithDetails() {
      throw new RpcException(RpcCode.NOT_FOUND, "no book", Map.of("shelf", "seven"));
    }

    @Override
    public void nothing() {}

    @Override
    public Text wait(Text text, CallContext call) throws InterruptedException {
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
    public RpcStream<Text> all(Text text) {
      return RpcStream.of(text);
    }
  }

  private RpcServerBuilder builder() {
    return RpcServer.over(Server.tcp("127.0.0.1", 0))
        .wire(RpcWire.HTTP)
        .service(Words.class, new Plain())
        .service(Fixture.Texts.class, new Fixture.Plain());
  }

  private final RpcServer server = fixture.start(builder());

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:%d/%s".formatted(server.port(), path)));
  }

  private HttpRequest.Builder post(String path, String json) {
    return to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** {@return the lines, which end as those of HTTP do} */
  private static String crlf(String lines) {
    return lines.replace("\n", "\r\n");
  }

  @Test
  void aCallIsAPostWithJson() throws Exception {
    HttpResponse<String> response = send(post("Words/echo", "{\"text\":\"hi\"}"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"text\":\"hi\"}");
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(send(post("Words/nothing", "{}")).body()).isEqualTo("{}");
  }

  @Test
  void methodsWithProtobufAreCalledWithProtobuf() throws Exception {
    HttpResponse<byte[]> response =
        client.send(
            to("Texts/echo")
                .header("Content-Type", "application/proto")
                .POST(BodyPublishers.ofByteArray(StringValue.of("hi").toByteArray()))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(StringValue.parseFrom(response.body()).getValue()).isEqualTo("hi");
  }

  @Test
  void aFailureHasConnectsCodeAndStatus() throws Exception {
    HttpResponse<String> response = send(post("Words/fail", "{\"text\":\"no \\\"€\\\"\"}"));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("{\"code\":\"not_found\",\"message\":\"no \\\"€\\\"\"}");
    assertThat(send(post("Words/echo", "[")).statusCode()).isEqualTo(400);
  }

  @Test
  void detailsOfAFailureAreInItsJson() throws Exception {
    String body = send(post("Words/failWithDetails", "{}")).body();
    Matcher detail =
        Pattern.compile(
                "\"details\":\\[\\{\"type\":\"google.rpc.ErrorInfo\",\"value\":\"([^\"=]+)\"}]}$")
            .matcher(body);
    assertThat(detail.find()).as(body).isTrue();
    assertThat(new String(Base64.getDecoder().decode(detail.group(1)), UTF_8))
        .contains("gannet", "shelf", "seven");
  }

  @Test
  void theBodyMayBeCompressed() throws Exception {
    assertThat(
            client
                .send(
                    to("Words/echo")
                        .header("Content-Type", "application/json")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(gzip("{\"text\":\"hi\"}")))
                        .build(),
                    BodyHandlers.ofString())
                .body())
        .isEqualTo("{\"text\":\"hi\"}");
    assertThat(send(post("Words/echo", "{}").header("Content-Encoding", "br")).statusCode())
        .isEqualTo(415);
    assertThat(
            send(post("Words/echo", "{} is no gzip stream").header("Content-Encoding", "gzip"))
                .statusCode())
        .isBetween(400, 500);
  }

  @Test
  void aCompressedBodyCountsAsWhatItInflatesTo() throws Exception {
    RpcServer small = fixture.start(builder().transport(to -> to.maxMessageSize(1000)));
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:%d/Words/echo".formatted(small.port())))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip("[" + " ".repeat(10_000) + "]")))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(429);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void headersAreMetadata() throws Exception {
    HttpResponse<String> response =
        send(
            to("Words/find?connect=v1&encoding=json&message=%7B%22text%22%3A%22x%22%7D")
                .header("Tenant", "t1"));
    assertThat(response.body()).isEqualTo("{\"text\":\"x of t1\"}");
    assertThat(response.headers().firstValue("shelf")).contains("3");
    assertThat(response.headers().firstValue("trailer-cost")).contains("1");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, Words/echo?encoding=json&message=1, application/json, 405",
    "GET, Words/find, application/json, 405",
    "PUT, Words/echo, application/json, 405",
    "HEAD, Words/echo, application/json, 405",
    "POST, Words/echo, text/plain, 415",
    "POST, Words/missing, application/json, 404",
    "POST, Missing/echo, application/json, 404",
    "POST, '', application/json, 404",
    "POST, Words/all, application/json, 501",
    "OPTIONS, Words/echo, application/json, 204"
  })
  void whatIsNotACallHasAStatus(String method, String path, String type, int status)
      throws Exception {
    HttpRequest.Builder request =
        to(path)
            .header("Content-Type", type)
            .method(
                method,
                method.equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody());
    assertThat(send(request).statusCode()).isEqualTo(status);
    assertThat(server.peers()).as("the connection is kept").hasSize(1);
  }

  @Test
  void aDeadlineEndsTheCall() throws Exception {
    HttpResponse<String> response =
        send(post("Words/wait", "{\"text\":\"\"}").header("Connect-Timeout-Ms", "50"));
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.body()).contains("\"deadline_exceeded\"");
  }

  @Test
  void aCallerThatDisconnectsCancelsItsCall() throws Exception {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(request("Words/wait", "{\"text\":\"\"}"));
      Fixture.await(started);
    }
    Fixture.await(interrupted);
  }

  private static String request(String path, String body, String... headers) {
    return "POST /%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s"
        .formatted(path, body.length(), String.join("", headers), body);
  }

  private String raw(String text) {
    return raw(server, text);
  }

  /** The status line of the response, after which the connection ends. */
  private static String raw(RpcServer server, String text) {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(text);
      return new String(peer.readToEnd(), UTF_8);
    }
  }

  @Test
  void requestsInARowAreAnsweredInTheirOrder() {
    String responses =
        raw(
            request("Words/echo", "{\"text\":\"1\"}")
                + request("Words/fail", "{\"text\":\"2\"}")
                + request("Words/echo", "{\"text\":\"3\"}", "Connection: close\r\n"));
    assertThat(responses).matches("(?s).*\"1\".*\"2\".*close.*\"3\".*");
  }

  @Test
  void aChunkedBodyIsAccepted() {
    assertThat(
            raw(
                crlf(
                    """
                    POST /Words/echo HTTP/1.1
                    Host: x
                    Content-Type: application/json
                    Connection: close
                    Transfer-Encoding: chunked

                    7
                    {"text"
                    5
                    :"a"}
                    0

                    """)))
        .contains("200 OK")
        .endsWith("{\"text\":\"a\"}");
  }

  @Test
  void aClientThatExpectsToContinueIsTold() {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(
          crlf(
              """
              POST /Words/echo HTTP/1.1
              Host: x
              Content-Type: application/json
              Connection: close
              Content-Length: 12
              Expect: 100-continue

              """));
      assertThat(peer.readLine()).contains("100 Continue");
      peer.writeText("{\"text\":\"a\"}");
      assertThat(new String(peer.readToEnd(), UTF_8)).endsWith("{\"text\":\"a\"}");
    }
    assertThat(
            raw(
                crlf(
                    """
                    POST /Words/echo HTTP/1.1
                    Host: x
                    Content-Length: 12
                    Expect: 100-continue

                    """)))
        .contains("415 Unsupported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "Host: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        "Host: x\r\nContent-Length: -2\r\n\r\n{}",
        "Host: x\r\nContent-Length: +2\r\n\r\n{}",
        "Host: x\r\nContent-Length : 2\r\n\r\n{}",
        "Host: x\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
        "Host: x\r\nX: a\nContent-Length: 2\r\n\r\n{}",
        "Host: x\r\nX: a\rContent-Length: 2\r\n\r\n{}",
        "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: identity\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
        "Host: x\r\nHost: y\r\nContent-Length: 2\r\n\r\n{}",
        "Content-Length: 2\r\n\r\n{}"
      })
  void whatTwoProgramsCouldReadDifferentlyIsRefused(String rest) {
    String response =
        raw("POST /Words/nothing HTTP/1.1\r\nContent-Type: application/json\r\n" + rest);
    assertThat(response).startsWith("HTTP/1.1 400 ").contains("connection: close");
    assertThat(response.split("HTTP/1.1 ", -1)).as("one response").hasSize(2);
  }

  @Test
  void whatIsTooLargeIsRefused() {
    RpcServer small = fixture.start(builder().transport(to -> to.maxMessageSize(1000)));
    assertThat(raw(small, "GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ");
    assertThat(raw(small, "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(40_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(raw(small, request("Words/echo", "x".repeat(1001)))).startsWith("HTTP/1.1 413 ");
    assertThat(
            raw(
                small,
                "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n3ff\r\n"
                    + "x".repeat(1023)))
        .startsWith("HTTP/1.1 413 ");
    assertThat(raw(small, "GET / HTTP/2.0\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 505 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /Wor",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nX: ",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 9\r\n\r\n{",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
      })
  void aRequestThatDoesNotEndIsEndedInTime(String begin) {
    RpcServer impatient =
        fixture.start(
            builder().transport(to -> to.incompleteMessageTimeout(Duration.ofMillis(100))));
    try (RawPeer peer = RawPeer.connect(impatient.port())) {
      peer.writeText(begin);
      peer.expectGone(Duration.ofSeconds(20));
    }
  }

  @Test
  void aDrainWaitsForTheRunningCall() throws Exception {
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(
            post("Words/wait", "{\"text\":\"done\"}").build(), BodyHandlers.ofString());
    Fixture.await(started);
    server.stop(StopMode.DRAIN);
    gate.countDown();
    assertThat(response.get(20, TimeUnit.SECONDS).body()).isEqualTo("{\"text\":\"done\"}");
    assertThat(response.get().headers().firstValue("connection")).contains("close");
    server.whenStopped().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
