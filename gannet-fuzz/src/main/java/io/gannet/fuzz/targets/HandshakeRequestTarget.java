package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.ForwardedHeaders.Header;
import io.gannet.transport.IpFilter;
import io.gannet.transport.Session;
import io.gannet.transport.WebSocketHandshake;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.websocket.ForwardedLayer;
import io.gannet.transport.internal.websocket.ServerLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The requests to a WebSocket server, also through proxies with forwarded headers. Each request
 * must end in a session or in a response other than a server error.
 */
public final class HandshakeRequestTarget implements Target {

  private static final int LIMIT = 1000;
  private static final FailureLog LOG = new FailureLog("io.gannet.fuzz");
  private static final AddressCheck PROXIES =
      new AddressCheck(IpFilter.allow("127.0.0.1", "10.0.0.0/8"), LOG);
  private static final AddressCheck CLIENTS =
      new AddressCheck(IpFilter.deny("203.0.113.0/24"), LOG);
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.defaults()
          .withPaths("/", "/chat")
          .withSubprotocols("v1", "v2")
          .withGuard(HandshakeRequestTarget::lookAtAll);

  private static final List<List<Layer>> SERVERS =
      List.of(
          List.of(server(OPTIONS)),
          List.of(server(OPTIONS.withCompression())),
          List.of(server(OPTIONS.withPage("<p>page</p>"))),
          behind(Header.X_FORWARDED_FOR),
          behind(Header.FORWARDED));

  private static final String HEADERS =
      """
      Host: host:80
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      """;

  private static Layer server(WebSocketOptions options) {
    return new ServerLayer(options, Set.copyOf(options.paths()), LIMIT, LOG);
  }

  private static List<Layer> behind(Header header) {
    return List.of(server(OPTIONS), new ForwardedLayer(header, PROXIES, CLIENTS));
  }

  private static void lookAtAll(WebSocketHandshake handshake) {
    handshake.parameter("token");
    handshake.headerNames().forEach(handshake::headers);
    Finding.unless(handshake.path().startsWith("/"), "path %s", handshake.path());
  }

  @Override
  public String name() {
    return "handshake-request";
  }

  @Override
  public String description() {
    return "requests for a WebSocket, also through proxies";
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.transport.internal.websocket.**");
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        seed(0, "GET /chat?token=%41&b HTTP/1.1", "Sec-WebSocket-Protocol: v3, v2\n"),
        seed(0, "GET http://[::1]:80/ HTTP/1.1", "Origin: http://[::1]\n"),
        seed(0, "POST / HTTP/1.0", "Content-Length: 2\n"),
        seed(0, "GET /none HTTP/1.1", "Transfer-Encoding: chunked\n"),
        seed(
            1,
            "GET / HTTP/1.1",
            "Sec-WebSocket-Extensions: x; a=\"b\\\"\", permessage-deflate;"
                + " client_max_window_bits; server_no_context_takeover\n"),
        Input.of(new int[] {2, 3}, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1)),
        seed(3, "GET / HTTP/1.1", "X-Forwarded-For: 203.0.113.1, 192.0.2.1:8, 10.1.2.3\n"),
        seed(3, "GET / HTTP/1.1", "X-Forwarded-For: [2001:db8::1]:80\n"),
        seed(4, "GET / HTTP/1.1", "Forwarded: for=\"[::1]:1\";by=x, For=192.0.2.1 ; a=\"\\\"\"\n"));
  }

  private static byte[] seed(int kind, String line, String more) {
    String request = (line + "\n" + HEADERS + more + "\n").replace("\n", "\r\n");
    return Input.of(
        new int[] {kind, 3},
        WebSocketTarget.join(
            request.getBytes(ISO_8859_1),
            WebSocketTarget.frame(0x81, new byte[4], new byte[] {'h', 'i'})));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    List<Layer> layers = SERVERS.get(input.choice(SERVERS.size()));
    int cut = input.choice();
    byte[] rest = input.rest();
    List<Object> whole = outcome(layers, rest, -1);
    Finding.unlessSame("results of whole and of split bytes", whole, outcome(layers, rest, cut));
  }

  private static List<Object> outcome(List<Layer> layers, byte[] bytes, int cut) {
    List<Object> outcome = new ArrayList<>();
    try (Connection<WebSocketMessage> connection =
        new Connection<>(Codecs.webSocketMessages(), LIMIT, layers, WebSocketTarget::comparable)) {
      if (cut < 0) {
        connection.feed(bytes);
      } else {
        connection.feed(bytes, new Splits(cut));
      }
      connection.end();
      String answer = new String(connection.sent(), ISO_8859_1);
      Session<WebSocketMessage> session = connection.session();
      Finding.unless(!answer.startsWith("HTTP/1.1 500 "), "the server has failed");
      Finding.unless(
          answer.startsWith("HTTP/1.1 101 ") == (session != null), "answered %s", answer);
      outcome.add(answer);
      outcome.add(connection.refusal() != null);
      outcome.addAll(connection.events());
      if (session != null) {
        outcome.add(session.remoteAddress());
        outcome.add(session.connection());
      }
    }
    return outcome;
  }
}
