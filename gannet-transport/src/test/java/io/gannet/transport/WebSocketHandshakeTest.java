package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes of WebSockets, accepted and refused. */
class WebSocketHandshakeTest {

  private static final AttributeKey<String> PATH = AttributeKey.of("path");

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.listener();
  private final RecordingObserver observer = new RecordingObserver();

  private ServerBuilder<String> server(WebSocketOptions options) {
    return Server.webSocket("127.0.0.1", 0, options)
        .codec(Codecs.whole(Bodies.utf8()))
        .observer(observer)
        .listener(listener);
  }

  private ClientBuilder<String> client(Server<?> server, String path, WebSocketOptions options) {
    return Client.webSocket(
            URI.create("ws://127.0.0.1:%d%s".formatted(server.port(), path)), options)
        .codec(Codecs.whole(Bodies.utf8()))
        .noReconnect()
        .listener(fixture.listener());
  }

  private Server<String> start(WebSocketOptions options) {
    return fixture.start(server(options));
  }

  private String answer(Server<?> server, String path, String... headers) {
    try (WebSocketPeer peer = WebSocketPeer.ask(server, path, headers)) {
      return new String(peer.raw().readToEnd(), UTF_8);
    }
  }

  @Test
  void theRequestIsVisibleOnBothSides() {
    Server<String> server = start(WebSocketOptions.defaults());
    Client<String> client =
        fixture.start(
            client(
                server,
                "/a%20b?token=x%2By&token=z",
                WebSocketOptions.defaults().withHeader("X-Device", "7")));
    client.session();

    for (Session<String> session : List.of(listener.awaitSession(), client.session())) {
      WebSocketHandshake handshake = session.connection().webSocket();
      assertThat(handshake.path()).isEqualTo("/a b");
      assertThat(handshake.query()).isEqualTo("token=x%2By&token=z");
      assertThat(handshake.parameter("token")).contains("x+y");
      assertThat(handshake.parameter("other")).isEmpty();
      assertThat(handshake.header("x-device")).contains("7");
      assertThat(handshake.headers("X-DEVICE")).containsExactly("7");
      assertThat(handshake.headerNames()).contains("host", "x-device", "upgrade");
      assertThat(handshake.subprotocol()).isEmpty();
      assertThat(handshake.remoteAddress()).isEqualTo(session.remoteAddress());
    }
  }

  @Test
  void aSessionOnTcpHasNoRequest() {
    Server<String> server = fixture.start(fixture.server().listener(listener));
    fixture.connect(server);

    assertThat(listener.awaitSession().connection().webSocket()).isNull();
  }

  @Test
  void theSubprotocolIsTheFirstOfferThatTheServerSpeaks() {
    Server<String> server = start(WebSocketOptions.defaults().withSubprotocols("v1", "v2"));
    Client<String> client =
        fixture.start(
            client(server, "/", WebSocketOptions.defaults().withSubprotocols("v9", "v2", "v1")));

    assertThat(client.session().connection().webSocket().subprotocol()).contains("v2");
    assertThat(listener.awaitSession().connection().webSocket().subprotocol()).contains("v2");
  }

  @Test
  void aClientWithoutACommonSubprotocolIsRefused() {
    Server<String> server = start(WebSocketOptions.defaults().withSubprotocols("v1"));
    Client<String> client =
        fixture.start(client(server, "/", WebSocketOptions.defaults().withSubprotocols("v2")));

    assertThatThrownBy(client::session)
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("subprotocol");
    await().until(() -> server.sessionCount() == 0);
  }

  @Test
  void eachPathMayHaveItsOwnListener() {
    RecordingListener<String> ticker = fixture.listener();
    Server<String> server =
        fixture.start(
            server(WebSocketOptions.defaults().withPaths("/chat", "/ticker"))
                .setup(setup -> {
                  String path = setup.connection().webSocket().path();
                  setup.attribute(PATH, path);
                  if (path.equals("/ticker")) {
                    setup.listener(ticker);
                  }
                }));
    fixture.start(client(server, "/chat", WebSocketOptions.defaults()));
    fixture.start(client(server, "/ticker", WebSocketOptions.defaults()));

    assertThat(listener.awaitSession().get(PATH)).isEqualTo("/chat");
    assertThat(ticker.awaitSession().get(PATH)).isEqualTo("/ticker");
    assertThat(answer(server, "/chat/")).startsWith("HTTP/1.1 404 ");
    assertThat(listener.sessions()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost, true",
    "http://LOCALHOST:1234, true",
    "https://localhost, true",
    "http://localhost.example.org, false",
    "http://example.org, false",
    "null, false",
    "garbage, false",
  })
  void pagesMayConnectToTheirOwnHostOnly(String origin, boolean allowed) {
    Server<String> server = start(WebSocketOptions.defaults());

    if (allowed) {
      WebSocketPeer.open(server, "/", "Origin: " + origin).close();
      listener.awaitSession();
    } else {
      assertThat(answer(server, "/", "Origin: " + origin)).startsWith("HTTP/1.1 403 ");
      await()
          .untilAsserted(() ->
              assertThat(observer.rejections())
                  .extracting(RecordingObserver.Rejection::reason)
                  .containsExactly(RejectReason.HANDSHAKE_FAILED));
    }
  }

  @Test
  void originsMayBeAllowedByName() {
    Server<String> server =
        start(WebSocketOptions.defaults().withOrigins("https://one.org", "https://two.org"));

    WebSocketPeer.open(server, "/", "Origin: https://two.org").close();
    assertThat(answer(server, "/", "Origin: http://two.org")).startsWith("HTTP/1.1 403 ");
    assertThat(answer(server, "/", "Origin: http://localhost")).startsWith("HTTP/1.1 403 ");
    WebSocketPeer.open(start(WebSocketOptions.defaults().withOrigins("*")), "/", "Origin: null")
        .close();
    listener.awaitSessions(2);
  }

  @Test
  void theGuardRefusesWithStatusAndReason() {
    Server<String> server =
        start(
            WebSocketOptions.defaults()
                .withGuard(handshake -> {
                  if (handshake.parameter("token").isEmpty()) {
                    throw new WebSocketRefusedException(401, "a token is needed");
                  }
                }));
    Client<String> client = fixture.start(client(server, "/", WebSocketOptions.defaults()));

    assertThat(answer(server, "/"))
        .startsWith("HTTP/1.1 401 ")
        .containsIgnoringCase("connection: close")
        .endsWith("a token is needed\n");
    assertThatThrownBy(client::session)
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("401 Unauthorized: a token is needed")
        .hasRootCauseInstanceOf(WebSocketRefusedException.class)
        .rootCause()
        .satisfies(e -> assertThat(((WebSocketRefusedException) e).status()).isEqualTo(401));
    WebSocketPeer.open(server, "/?token=x").close();
    listener.awaitSession();
  }

  @Test
  void aGuardThatThrowsRefusesWithoutShowingTheReason() {
    Server<String> server =
        start(
            WebSocketOptions.defaults()
                .withGuard(handshake -> {
                  throw new IllegalStateException("secret");
                }));

    assertThat(answer(server, "/")).startsWith("HTTP/1.1 500 ").doesNotContain("secret");
  }

  @Test
  void aBrowserRequestGetsAnExplanation() {
    Server<String> server = start(WebSocketOptions.defaults());

    String answer = http(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 426 ")
        .containsIgnoringCase("upgrade: websocket")
        .contains("text/html", "new WebSocket(");
    assertThat(http(server, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")).endsWith("\r\n\r\n");
    assertThat(http(server, "GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 426 ");
    assertThat(http(server, "GET / HTTP/9.9\r\n\r\n")).startsWith("HTTP/1.1 505 ");
    assertThat(http(server, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(http(server, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"))
        .startsWith("HTTP/1.1 426 ");
  }

  @Test
  void aServerMayServeAPageToBrowsers() {
    Server<String> server = start(WebSocketOptions.defaults().withPage("<p>hällo</p>"));

    assertThat(http(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("<p>hällo</p>");
    assertThat(http(server, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .contains("content-length: 13")
        .endsWith("\r\n\r\n");
    assertThat(observer.rejections()).isEmpty();
    assertThat(http(server, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 426 ");
    WebSocketPeer.open(server).close();
    listener.awaitSession();
  }

  /** A request for a WebSocket with one header changed; {@code -Name} removes a header. */
  private static String request(String line, String... changes) {
    List<String> headers =
        new ArrayList<>(
            List.of(
                "Host: localhost",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    for (String change : changes) {
      if (change.startsWith("-")) {
        headers.removeIf(header -> header.startsWith(change.substring(1) + ":"));
      } else if (!change.isEmpty()) {
        headers.add(change);
      }
    }
    return line + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1  |                                              |       | 101",
        "GET / HTTP/1.2  |                                              |       | 101",
        "GET / HTTP/1.0  |                                              |       | 505",
        "GET / HTTP/1.0  | -Host                                        |       | 505",
        "GET / HTTP/2.0  |                                              |       | 505",
        "GET / HTTP/9.9  |                                              |       | 505",
        "POST / HTTP/1.1 |                                              |       | 400",
        "HELO localhost  |                                              |       | 400",
        "GET / HTTP/1.1  | -Host                                        |       | 400",
        "GET / HTTP/1.1  | Host: localhost                              |       | 400",
        "GET / HTTP/1.1  | Host: other                                  | -Host | 101",
        "GET / HTTP/1.1  | Host: my_app:80                              | -Host | 101",
        "GET / HTTP/1.1  | Host: [::1]:80                               | -Host | 101",
        "GET / HTTP/1.1  | Host:                                        | -Host | 101",
        "GET / HTTP/1.1  | Host: a b                                    | -Host | 400",
        "GET / HTTP/1.1  | Host: a/b                                    | -Host | 400",
        "GET / HTTP/1.1  | Host: user@a                                 | -Host | 400",
        "GET / HTTP/1.1  | Host: a:b                                    | -Host | 400",
        "GET / HTTP/1.1  | Host: a:99999                                | -Host | 400",
        "GET / HTTP/1.1  | Host: a, b                                   | -Host | 400",
        "GET / HTTP/1.1  | Host: [::1                                   | -Host | 400",
        "GET / HTTP/1.1  | Host: [::1]x                                 | -Host | 400",
        "GET / HTTP/1.1  | -Sec-WebSocket-Key                           |       | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==  |       | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Key:             | -Sec-WebSocket-Key  | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Key: aGVsbG8=    | -Sec-WebSocket-Key  | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ    | -Sec-WebSocket-Key | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE=  | -Sec-WebSocket-Key | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Key: dGhlIHNhbXBsZS*ub25jZQ==  | -Sec-WebSocket-Key | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Version: 13                    |       | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Version: 8                     |       | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Version: 13, 8   | -Sec-WebSocket-Version | 400",
        "GET / HTTP/1.1  | Sec-WebSocket-Version: 8       | -Sec-WebSocket-Version | 426",
        "GET / HTTP/1.1  | -Sec-WebSocket-Version                       |       | 426",
        "GET / HTTP/1.1  | Upgrade: WebSocket, h2c        | -Upgrade            | 101",
        "GET / HTTP/1.1  | Content-Length: 0                            |       | 101",
        "GET / HTTP/1.1  | Transfer-Encoding: identity                  |       | 400",
        "GET /%zz HTTP/1.1 |                                            |       | 400",
        "GET /%4 HTTP/1.1  |                                            |       | 400",
        "GET /?a=%zz HTTP/1.1 |                                         |       | 400",
        "GET /?a=% HTTP/1.1 |                                           |       | 400",
        "GET /a\u0001b HTTP/1.1 |                                      |       | 400",
        "GET /a\u007Fb HTTP/1.1 |                                      |       | 400",
        "GET /#a HTTP/1.1 |                                             |       | 400",
        "GET * HTTP/1.1  |                                              |       | 400",
        "GET chat HTTP/1.1 |                                            |       | 400",
        "GET localhost:80 HTTP/1.1 |                                    |       | 400",
        "GET http:/// HTTP/1.1 |                                        |       | 400",
        "GET http://a@b/ HTTP/1.1 |                                     |       | 400",
        "GET ftp://localhost/ HTTP/1.1 |                                |       | 400",
      })
  void aRequestIsAnsweredWithItsStatus(String line, String change, String other, int status) {
    Server<String> server =
        start(
            WebSocketOptions.defaults()
                .withGuard(handshake -> assertThat(handshake.parameter("a")).isEmpty()));
    String request = request(line, other == null ? "" : other, change == null ? "" : change);

    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(request);
      assertThat(peer.readLine()).startsWith("HTTP/1.1 " + status + " ");
      if (status == 101) {
        listener.awaitSession();
      } else {
        peer.readToEnd();
        await().untilAsserted(() -> assertThat(observer.rejections()).hasSize(1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"})
  void aRequestForAWebSocketHasNoBody(String body) {
    Server<String> server = start(WebSocketOptions.defaults());

    assertThat(http(server, request("GET / HTTP/1.1", body)))
        .startsWith("HTTP/1.1 400 ")
        .contains("must not have a body");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost/a%20b?token=1",
        "HTTP://other_host:81/a%20b?token=1",
        "https://[::1]/a%20b?token=1",
        "/a%20b?token=1",
      })
  void aRequestMayAskForAWholeUri(String target) {
    Server<String> server = start(WebSocketOptions.defaults().withPaths("/a b"));

    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(request("GET " + target + " HTTP/1.1"));
      assertThat(peer.readLine()).startsWith("HTTP/1.1 101 ");
      WebSocketHandshake handshake = listener.awaitSession().connection().webSocket();
      assertThat(handshake.path()).isEqualTo("/a b");
      assertThat(handshake.query()).isEqualTo("token=1");
    }
  }

  @Test
  void anAbsoluteUriWithoutAPathMeansTheRoot() {
    Server<String> server = start(WebSocketOptions.defaults().withPaths("/"));

    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(request("GET http://localhost?token=1 HTTP/1.1"));
      assertThat(peer.readLine()).startsWith("HTTP/1.1 101 ");
      assertThat(listener.awaitSession().connection().webSocket().query()).isEqualTo("token=1");
    }
  }

  @Test
  void theSubprotocolMayBeInASecondHeader() {
    Server<String> server = start(WebSocketOptions.defaults().withSubprotocols("v2"));

    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(
          request(
              "GET / HTTP/1.1", "Sec-WebSocket-Protocol: v9", "Sec-WebSocket-Protocol: v3, v2"));
      String chosen = "";
      for (String line = peer.readLine(); !line.isBlank(); line = peer.readLine()) {
        if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-protocol:")) {
          chosen = line.substring(line.indexOf(':') + 1).strip();
        }
      }
      assertThat(chosen).isEqualTo("v2");
      assertThat(listener.awaitSession().connection().webSocket().subprotocol()).contains("v2");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://my_app,                my_app,            101",
    "http://MY_APP:8080,           my_app:9090,       101",
    "https://my_app,               my_app:443,        101",
    "http://[::1],                 [::1]:8080,        101",
    "http://[0:0:0:0:0:0:0:1]:80,  [::1]:8080,        101",
    "http://[::1],                 [::2],             403",
    "http://my-app,                my_app,            403",
    "http://my_app.evil,           my_app,            403",
    "http://my_app@evil,           evil,              403",
    "http://evil#my_app,           my_app,            403",
    "http://my_app/,               my_app,            403",
    "null,                         my_app,            403",
    "file://,                      my_app,            403",
    "file://my_app,                my_app,            403",
    "my_app,                       my_app,            403",
    "http://a http://my_app,       my_app,            403",
    "http://my_app,                '',                403",
    "'',                           '',                403",
  })
  void aPageOfTheSameHostMayConnectHoweverItIsWritten(String origin, String host, int status) {
    Server<String> server = start(WebSocketOptions.defaults());

    assertThat(
            status(
                server, request("GET / HTTP/1.1", "-Host", "Host: " + host, "Origin: " + origin)))
        .isEqualTo(status);
  }

  @Test
  void theHostOfAnAbsoluteUriOverridesTheHeader() {
    Server<String> server = start(WebSocketOptions.defaults());
    String line = "GET http://my_app/ HTTP/1.1";

    assertThat(status(server, request(line, "Origin: http://my_app"))).isEqualTo(101);
    assertThat(status(server, request(line, "Origin: http://localhost"))).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "https://one.org,      https://ONE.org,      101",
    "https://one.org,      https://one.org:443,  101",
    "https://one.org:443,  https://one.org,      101",
    "http://one.org:80,    http://one.org,       101",
    "https://one.org,      http://one.org,       403",
    "https://one.org,      https://one.org:444,  403",
    "https://one.org,      https://one.org/,     403",
    "http://[::1]:3000,    http://[0::1]:3000,   101",
    "null,                 null,                 101",
    "app://Localhost,      app://localhost,      101",
    "app://localhost,      app://other,          403",
    "https://one.org,      null,                 403",
  })
  void anOriginIsAllowedHoweverItIsWritten(String allowed, String origin, int status) {
    Server<String> server = start(WebSocketOptions.defaults().withOrigins(allowed));

    assertThat(status(server, request("GET / HTTP/1.1", "Origin: " + origin))).isEqualTo(status);
  }

  @Test
  void aRequestWithTwoOriginsIsRefused() {
    Server<String> server = start(WebSocketOptions.defaults());

    assertThat(
            status(
                server,
                request("GET / HTTP/1.1", "Origin: http://localhost", "Origin: http://evil")))
        .isEqualTo(403);
  }

  private int status(Server<?> server, String request) {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(request);
      return Integer.parseInt(peer.readLine().substring(9, 12));
    }
  }

  @Test
  void anUnsupportedVersionIsAnsweredWithTheSupportedOne() {
    Server<String> server = start(WebSocketOptions.defaults());

    assertThat(
            http(
                server,
                """
                GET / HTTP/1.1\r
                Host: localhost\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 8\r
                \r
                """))
        .startsWith("HTTP/1.1 426 ")
        .containsIgnoringCase("sec-websocket-version: 13");
  }

  @Test
  void aRequestThatIsTooLargeIsRefused() {
    Server<String> server = start(WebSocketOptions.defaults());

    assertThat(answer(server, "/" + "x".repeat(10_000))).startsWith("HTTP/1.1 400 ");
    assertThat(answer(server, "/", "X-Large: " + "x".repeat(20_000))).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void anIncompleteRequestIsRefusedAfterTheTimeout() {
    FakeTime time = FakeTime.create();
    Server<String> server =
        fixture.start(server(WebSocketOptions.defaults()).time(Fixture.timeOf(time)));
    RawPeer peer = fixture.connect(server);
    peer.writeText("GET / HTTP/1.1\r\nHost: loc");
    await().until(() -> time.pending() > 0);

    time.advance(Duration.ofSeconds(10));

    peer.expectGone(SOON);
    await()
        .untilAsserted(() ->
            assertThat(observer.rejections())
                .extracting(RecordingObserver.Rejection::reason)
                .containsExactly(RejectReason.HANDSHAKE_TIMEOUT));
  }

  @Test
  void dataReceivedTogetherWithTheRequestIsNotLost() {
    Server<String> server = start(WebSocketOptions.defaults());
    try (WebSocketPeer peer =
        WebSocketPeer.ask(server, WebSocketPeer.frame(0x81, "early".getBytes(UTF_8)))) {
      assertThat(listener.awaitMessages(1)).containsExactly("early");
      assertThat(peer.raw().readLine()).startsWith("HTTP/1.1 101 ");
    }
  }

  private Client<String> client(RawServer server) {
    return fixture.start(
        Client.webSocket("ws://127.0.0.1:" + server.port())
            .codec(Codecs.whole(Bodies.utf8()))
            .noReconnect()
            .listener(fixture.listener()));
  }

  @Test
  void interimResponsesAreIgnored() {
    try (RawServer server = RawServer.start()) {
      Client<String> client = client(server);
      try (RawPeer peer =
          WebSocketPeer.accept(
              server,
              "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")) {
        client.session().send("hello");
        assertThat(peer.readExactly(1)).containsExactly(0x82);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone', '404 Not Found: none'",
    "'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n', '404 Not Found'",
    "'SSH-2.0-OpenSSH_9.2\r\n', 'is not HTTP: SSH-2.0-OpenSSH_9.2'",
    "'\u0015\u0003\u0001\u0000\u0002', 'is not HTTP: \\u0015\\u0003\\u0001'",
    "'HTTX', 'is not HTTP: HTTX'",
    "'HTTP/x y\r\n\r\n', 'answered with malformed HTTP'",
    "'HTTP/1.1 101 X\r\nX: LARGE\r\n\r\n', 'answered with headers of more than 16,384 bytes'",
    "'HTTP/1.1 101 LARGE\r\n\r\n', 'answered with a status line of more than 8,192 bytes'",
    "'HTTP/1.0 101 X\r\nUpgrade: websocket\r\n\r\n', 'sent an invalid answer to the"
        + " WebSocket handshake'",
    "'HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nLARGE', '200 OK'",
  })
  void anAnswerThatIsNoneSaysWhatItIs(String answer, String message) {
    try (RawServer server = RawServer.start()) {
      Client<String> client = client(server);
      try (RawPeer peer = server.accept()) {
        while (!peer.readLine().isBlank()) {
          // the request
        }
        peer.writeText(answer.translateEscapes().replace("LARGE", "x".repeat(17_000)));
        assertThatThrownBy(client::session)
            .isInstanceOf(NoSessionException.class)
            .hasMessageContaining(message);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost/",
        "ws:///path",
        "ws://u:p@localhost/",
        "ws://localhost/#x",
        "/"
      })
  void aUriThatIsNoneOfAWebSocketIsRefused(String uri) {
    assertThatThrownBy(() -> Client.webSocket(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void optionsAreChecked() {
    WebSocketOptions options = WebSocketOptions.defaults();
    assertThatThrownBy(() -> options.withMaxFragments(0)).hasMessageContaining("maxFragments");
    assertThatThrownBy(() -> options.withPaths("chat")).hasMessageContaining("chat");
    assertThatThrownBy(() -> options.withSubprotocols("a,b")).hasMessageContaining("a,b");
    assertThat(options.withOrigins("a").withOrigins("b").origins()).containsExactly("a", "b");
  }

  private static String http(Server<?> server, String request) {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(request);
      return new String(peer.readToEnd(), UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"my_web_app", "[::1%25lo]", "absolute.gannet.test."})
  void hostsAreTakenAsUsersWriteThem(String host) {
    TestNames.named("my_web_app", "::1");
    TestNames.named("absolute.gannet.test.", "::1");
    Server<String> server =
        fixture.start(
            Server.webSocket("::1", 0, WebSocketOptions.defaults())
                .codec(new TextCodec())
                .listener(fixture.listener()));

    Client<String> client =
        fixture.start(
            Client.webSocket("ws://" + host + ":" + server.port() + "/path")
                .codec(new TextCodec())
                .listener(fixture.listener()));

    assertThat(client.session(Fixture.SOON).isOpen()).isTrue();
  }
}
