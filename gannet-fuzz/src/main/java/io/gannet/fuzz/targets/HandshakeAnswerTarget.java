package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.Session;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.websocket.ClientLayer;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The response of a server to a client's WebSocket handshake. */
public final class HandshakeAnswerTarget implements Target {

  private static final int LIMIT = 1000;
  private static final URI SERVER = URI.create("ws://host/chat");
  private static final WebSocketOptions OPTIONS = WebSocketOptions.defaults();

  private static final List<Layer> CLIENTS =
      List.of(
          new ClientLayer(SERVER, OPTIONS, LIMIT),
          new ClientLayer(SERVER, OPTIONS.withCompression().withSubprotocols("v1", "v2"), LIMIT));

  /** A placeholder in inputs for the response to the key, which differs each time. */
  private static final String ACCEPT = "{accept}";

  private static final String HEADERS =
      """
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Accept: {accept}
      """;

  @Override
  public String name() {
    return "handshake-answer";
  }

  @Override
  public String description() {
    return "answers to a client that asks for a WebSocket";
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.transport.internal.websocket.**");
  }

  @Override
  public List<byte[]> seeds() {
    String deflate = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15\n";
    return List.of(
        seed(0, "HTTP/1.1 101 Switching Protocols", HEADERS, ""),
        seed(0, "HTTP/1.1 103 Hints\nLink: a\n\nHTTP/1.1 101 X", HEADERS, ""),
        seed(1, "HTTP/1.1 101 X", HEADERS, "Sec-WebSocket-Protocol: v2\n" + deflate),
        seed(0, "HTTP/1.1 401 No", "", "Content-Length: 4\n"),
        seed(0, "HTTP/1.1 503 \u001b[31m", "", ""),
        seed(0, "HTTP/1.1 200 OK", "", "Transfer-Encoding: chunked\n"),
        seed(0, "SSH-2.0-OpenSSH_9.2", "", ""));
  }

  private static byte[] seed(int kind, String line, String headers, String more) {
    String answer = (line + "\n" + headers + more + "\n").replace("\n", "\r\n");
    return Input.of(
        new int[] {kind, 3},
        WebSocketTarget.join(
            answer.getBytes(ISO_8859_1), WebSocketTarget.frame(0x81, null, new byte[] {'h', 'i'})));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    Layer layer = CLIENTS.get(input.choice(CLIENTS.size()));
    int cut = input.choice();
    String answer = new String(input.rest(), ISO_8859_1);
    List<Object> whole = outcome(layer, answer, -1);
    Finding.unlessSame("results of whole and of split bytes", whole, outcome(layer, answer, cut));
  }

  private static List<Object> outcome(Layer layer, String answer, int cut) {
    List<Object> outcome = new ArrayList<>();
    try (Connection<WebSocketMessage> connection =
        new Connection<>(
            Codecs.webSocketMessages(), LIMIT, List.of(layer), WebSocketTarget::comparable)) {
      String request = new String(connection.sent(), ISO_8859_1);
      // Replaced only once, because the value differs between connections, and so would a message
      // with it.
      int at = answer.indexOf(ACCEPT);
      String accepted =
          at < 0
              ? answer
              : answer.substring(0, at) + accept(request) + answer.substring(at + ACCEPT.length());
      byte[] bytes = accepted.getBytes(ISO_8859_1);
      if (cut < 0) {
        connection.feed(bytes);
      } else {
        connection.feed(bytes, new Splits(cut));
      }
      connection.end();
      Session<WebSocketMessage> session = connection.session();
      if (session == null) {
        outcome.add(connection.refusal() == null ? "nothing" : "refused");
      } else {
        outcome.add(Objects.requireNonNull(session.connection().webSocket()).subprotocol());
      }
      outcome.addAll(connection.events());
    }
    return outcome;
  }

  private static String accept(String request) {
    String header = "sec-websocket-key: ";
    int from = request.toLowerCase(Locale.ROOT).indexOf(header) + header.length();
    String key = request.substring(from, request.indexOf('\r', from));
    try {
      byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
