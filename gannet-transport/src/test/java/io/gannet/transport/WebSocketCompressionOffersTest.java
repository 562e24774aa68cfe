package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which parameters of {@code permessage-deflate} are negotiated, and which are declined (RFC 7692,
 * section 7.1).
 */
class WebSocketCompressionOffersTest {

  private static final String HEADER = "Sec-WebSocket-Extensions: ";

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.listener();

  private Server<String> server() {
    return fixture.start(
        Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults().withCompression())
            .codec(Codecs.whole(Bodies.utf8()))
            .listener(listener));
  }

  /** Each line of the table is a list of offers; a bar starts another header line. */
  private static String[] headers(String offers) {
    List<String> lines = new ArrayList<>();
    for (String line : offers.split("\\|", -1)) {
      lines.add(HEADER + line.strip());
    }
    return lines.toArray(String[]::new);
  }

  /** Returns the answer's extensions, or its status if it isn't 101. */
  private String answer(String offers) {
    try (WebSocketPeer peer = WebSocketPeer.ask(server(), "/", headers(offers))) {
      String status = peer.raw().readLine();
      if (!status.startsWith("HTTP/1.1 101 ")) {
        return status.substring(9, 12);
      }
      String extensions = "none";
      for (String line = peer.raw().readLine(); !line.isBlank(); line = peer.raw().readLine()) {
        if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-extensions:")) {
          assertThat(extensions).isEqualTo("none");
          extensions = line.substring(line.indexOf(':') + 1).strip();
        }
      }
      return extensions;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '`',
      value = {
        // Firefox; Chromium, npm ws and Python's websockets; gorilla; Autobahn's
        "permessage-deflate > permessage-deflate",
        "permessage-deflate; client_max_window_bits > permessage-deflate",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
            + " > permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; client_no_context_takeover; client_max_window_bits"
            + " > permessage-deflate; client_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits=15"
            + " > permessage-deflate; server_no_context_takeover",
        // each parameter by itself
        "permessage-deflate; server_no_context_takeover"
            + " > permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover"
            + " > permessage-deflate; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits=15"
            + " > permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=\"15\""
            + " > permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=\"\\15\""
            + " > permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; client_max_window_bits=8 > permessage-deflate",
        "permessage-deflate; client_max_window_bits=10 > permessage-deflate",
        // server windows that the JDK's deflater doesn't support
        "permessage-deflate; server_max_window_bits=14 > none",
        "permessage-deflate; server_max_window_bits=8 > none",
        // invalid values
        "permessage-deflate; server_max_window_bits > none",
        "permessage-deflate; server_max_window_bits=7 > none",
        "permessage-deflate; server_max_window_bits=16 > none",
        "permessage-deflate; server_max_window_bits=015 > none",
        "permessage-deflate; server_max_window_bits=+15 > none",
        "permessage-deflate; server_max_window_bits=x > none",
        "permessage-deflate; client_max_window_bits=x > none",
        "permessage-deflate; client_max_window_bits=7 > none",
        "permessage-deflate; client_max_window_bits=16 > none",
        "permessage-deflate; client_max_window_bits=99999999999 > none",
        "permessage-deflate; server_no_context_takeover=1 > none",
        "permessage-deflate; client_no_context_takeover=true > none",
        // repeated and unknown parameters
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover > none",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover > none",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=15 > none",
        "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15 > none",
        "permessage-deflate; mode=fast > none",
        // several offers: the first that can be kept
        "permessage-deflate; server_max_window_bits=9, permessage-deflate > permessage-deflate",
        "permessage-deflate; server_max_window_bits=9 | permessage-deflate > permessage-deflate",
        "permessage-deflate; client_max_window_bits=x | permessage-deflate > permessage-deflate",
        "permessage-deflate; client_no_context_takeover, permessage-deflate"
            + " > permessage-deflate; client_no_context_takeover",
        "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits > permessage-deflate",
        "permessage-bzip2 | x-webkit-deflate-frame; no_context_takeover > none",
        ", permessage-deflate , > permessage-deflate",
        // what isn't the grammar's
        "permessage-deflate; > 400",
        "permessage-deflate; =15 > 400",
        "permessage-deflate; client_max_window_bits= > 400",
        "permessage-deflate; client_max_window_bits=\"15 > 400",
        "permessage-deflate; client_max_window_bits=\"1 5\" > 400",
        "permessage-deflate client_max_window_bits > 400",
        "; permessage-deflate > 400",
        "permessage-deflate | ( > 400",
      })
  void anOfferIsAnsweredAsRfc7692WantsIt(String offers, String answer) {
    assertThat(answer(offers)).isEqualTo(answer);
  }

  /** The offer of gorilla/websocket, and its conditions for the answer (client.go). */
  @Test
  void offersOfGorillaClientsAreAcceptedWithBothParameters() {
    assertThat(
            answer("permessage-deflate; server_no_context_takeover; client_no_context_takeover")
                .split("; "))
        .contains("server_no_context_takeover", "client_no_context_takeover");
  }

  @ParameterizedTest
  @CsvSource({"'', false", "; server_no_context_takeover, true"})
  void theServerKeepsItsContextOnlyIfItMay(String parameters, boolean fresh) {
    try (WebSocketPeer peer =
        WebSocketPeer.open(server(), "/", HEADER + "permessage-deflate" + parameters)) {
      Session<String> session = listener.awaitSession();
      String text = "a message that is worth compressing, is worth compressing";
      session.send(text);
      session.send(text);

      byte[] first = peer.read().payload();
      byte[] second = peer.read().payload();
      if (fresh) {
        assertThat(second).isEqualTo(first);
      } else {
        assertThat(second.length).isLessThan(first.length / 2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover",
        // gorilla's server, whatever it was offered
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits=15",
        "permessage-deflate; server_max_window_bits=9",
      })
  void aClientTakesWhatAServerMayChoose(String chosen) {
    try (RawServer server = RawServer.start()) {
      Client<String> client = client(server, WebSocketOptions.defaults().withCompression());
      try (RawPeer peer = WebSocketPeer.accept(server, HEADER + chosen)) {
        Session<String> session = client.session();
        session.send("x".repeat(100));
        assertThat(peer.readExactly(1)).containsExactly(0xC2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate; client_max_window_bits=15",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; unknown",
        "permessage-deflate, permessage-deflate",
        "x-webkit-deflate-frame",
        "permessage-deflate;",
      })
  void aClientRefusesWhatItHasNotOffered(String chosen) {
    try (RawServer server = RawServer.start()) {
      Client<String> client = client(server, WebSocketOptions.defaults().withCompression());
      try (RawPeer peer = WebSocketPeer.accept(server, HEADER + chosen)) {
        assertThatThrownBy(client::session)
            .isInstanceOf(NoSessionException.class)
            .hasMessageContaining("xtension");
        peer.expectGone(Fixture.SOON);
      }
    }
  }

  @Test
  void aClientWithoutCompressionRefusesIt() {
    try (RawServer server = RawServer.start()) {
      Client<String> client = client(server, WebSocketOptions.defaults());
      try (RawPeer peer = WebSocketPeer.accept(server, HEADER + "permessage-deflate")) {
        assertThatThrownBy(client::session)
            .isInstanceOf(NoSessionException.class)
            .hasMessageContaining("an extension that was not offered");
        peer.expectGone(Fixture.SOON);
      }
    }
  }

  private Client<String> client(RawServer server, WebSocketOptions options) {
    return fixture.start(
        Client.webSocket(URI.create("ws://127.0.0.1:" + server.port()), options)
            .codec(Codecs.whole(Bodies.utf8()))
            .noReconnect()
            .listener(fixture.listener()));
  }

  @Test
  void aRequestWithAnInvalidOfferAndABodyIsReleased() {
    Server<String> server = server();
    String request =
        WebSocketPeer.text(
            server,
            "/",
            HEADER + "permessage-deflate; client_max_window_bits=x",
            "Content-Length: 8000");
    for (int i = 0; i < 20; i++) { // a leak fails the class
      try (RawPeer peer = RawPeer.connect(server.port())) {
        peer.writeText(request + "x".repeat(8000));
        assertThat(new String(peer.readToEnd(), UTF_8))
            .startsWith("HTTP/1.1 400 ")
            .contains("must not have a body");
      }
    }
  }
}
