package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a WebSocket begins, or doesn't. */
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
  void aClientWhoseSubprotocolsTheServerDoesNotSpeakIsToldSo() {
    Server<String> server = start(WebSocketOptions.defaults().withSubprotocols("v1"));
    Client<String> client =
        fixture.start(client(server, "/", WebSocketOptions.defaults().withSubprotocols("v2")));

    assertThatThrownBy(client::session)
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("subprotocol");
    await().until(() -> server.sessionCount() == 0);
  }

  @Test
  void eachPathMayHaveAListenerOfItsOwn() {
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
  void aGuardThatFailsRefusesAndSaysNothingOfWhy() {
    Server<String> server =
        start(
            WebSocketOptions.defaults()
                .withGuard(handshake -> {
                  throw new IllegalStateException("secret");
                }));

    assertThat(answer(server, "/")).startsWith("HTTP/1.1 500 ").doesNotContain("secret");
  }

  @Test
  void aVisitorWithABrowserIsToldWhatThisIs() {
    Server<String> server = start(WebSocketOptions.defaults());

    String answer = http(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 426 ")
        .containsIgnoringCase("upgrade: websocket")
        .contains("text/html", "new WebSocket(");
    assertThat(http(server, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")).endsWith("\r\n\r\n");
    assertThat(http(server, "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"))
        .startsWith("HTTP/1.1 426 ");
  }

  @Test
  void aServerMayShowVisitorsAPage() {
    Server<String> server = start(WebSocketOptions.defaults().withPage("<p>hällo</p>"));

    assertThat(http(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("<p>hällo</p>");
    assertThat(http(server, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .contains("content-length: 13")
        .endsWith("\r\n\r\n");
    assertThat(observer.rejections()).isEmpty();
    assertThat(http(server, "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 426 ");
    WebSocketPeer.open(server).close();
    listener.awaitSession();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        GET / HTTP/1.1\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        \r
        """,
        """
        POST / HTTP/1.1\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r
        """,
        "HELO example.org\r\n\r\n",
      })
  void nonsenseIsABadRequest(String request) {
    Server<String> server = start(WebSocketOptions.defaults());

    assertThat(http(server, request)).startsWith("HTTP/1.1 400 ");
    await().until(() -> !observer.rejections().isEmpty());
  }

  @Test
  void anotherVersionIsAnsweredWithOurs() {
    Server<String> server = start(WebSocketOptions.defaults());

    assertThat(
            http(
                server,
                """
                GET / HTTP/1.1\r
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
  void aRequestThatDoesNotEndIsGivenUp() {
    FakeTime time = new FakeTime();
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
  void whatComesTogetherWithTheRequestIsNotLost() {
    Server<String> server = start(WebSocketOptions.defaults());
    try (WebSocketPeer peer =
        WebSocketPeer.ask(server, WebSocketPeer.frame(0x81, "early".getBytes(UTF_8)))) {
      assertThat(listener.awaitMessages(1)).containsExactly("early");
      assertThat(peer.raw().readLine()).startsWith("HTTP/1.1 101 ");
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
}
