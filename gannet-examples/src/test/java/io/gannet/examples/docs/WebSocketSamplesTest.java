package io.gannet.examples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.NoSessionException;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.WebSocketHandshake;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.WebSocketRefusedException;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** WebSocket, as docs/guide.md shows it. */
class WebSocketSamplesTest {
  private static final Logger log = LoggerFactory.getLogger(WebSocketSamplesTest.class);

  @Test
  void chatAndTicker() throws Exception {
    SessionListener<String> chat = Session::send;
    SessionListener<String> ticker =
        new SessionListener<>() {
          @Override
          public void onMessage(Session<String> session, String message) {}

          @Override
          public void onOpen(Session<String> session) {
            session.send("tick");
          }
        };
    // tag::guide-websocket-server[]
    WebSocketOptions options =
        WebSocketOptions.defaults()
            .withText() // otherwise messages are sent as binary ones
            .withPaths("/chat", "/ticker")
            .withSubprotocols("v2", "v1")
            .withOrigins("https://example.org") // otherwise pages of the same host only
            .withCompression()
            .withGuard(handshake -> {
              if (handshake.parameter("token").isEmpty()) {
                throw new WebSocketRefusedException(401, "a token is required");
              }
            });
    Server<String> server =
        Server.webSocket("127.0.0.1", 0, options)
            .codec(Codecs.whole(Bodies.utf8()))
            .setup(setup -> {
              WebSocketHandshake handshake = setup.connection().webSocket();
              setup.listener(handshake.path().equals("/chat") ? chat : ticker);
            })
            .listener(chat)
            .heartbeat(Duration.ofSeconds(20), Duration.ofSeconds(60)) // pings
            .start();
    // end::guide-websocket-server[]

    CompletableFuture<String> got = new CompletableFuture<>();
    CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    SessionListener<String> listener =
        new SessionListener<>() {
          @Override
          public void onMessage(Session<String> session, String message) {
            got.complete(message);
          }

          @Override
          public void onClose(Session<String> session, CloseReason reason) {
            closed.complete(reason);
          }
        };
    int port = server.port();
    // tag::guide-websocket-client[]
    Client<String> client =
        Client.webSocket(
                URI.create("ws://localhost:" + port + "/chat?token=secret"),
                WebSocketOptions.defaults().withText().withSubprotocols("v2").withCompression())
            .codec(Codecs.whole(Bodies.utf8()))
            .listener(listener)
            .start();
    client.session().send("hello");
    // end::guide-websocket-client[]
    assertThat(got.get()).isEqualTo("hello");
    Session<String> session = server.sessions().iterator().next();
    // tag::guide-websocket-close[]
    session.close(4001, "logged in elsewhere"); // the peer's CloseReason has the code and the text
    // end::guide-websocket-close[]
    assertThat(closed.get().closeCode()).isEqualTo(4001);
    client.close();

    Client<String> refused =
        Client.webSocket("ws://localhost:" + port + "/chat")
            .codec(Codecs.whole(Bodies.utf8()))
            .noReconnect()
            .listener(listener)
            .start();
    assertThatThrownBy(refused::session)
        .isInstanceOf(NoSessionException.class)
        .hasMessageContaining("a token is required");
    refused.close();
    server.close();
  }

  @Test
  void bothKinds() {
    // tag::guide-websocket-messages[]
    Server<WebSocketMessage> server =
        Server.webSocket(0)
            .codec(Codecs.webSocketMessages())
            .onMessage((session, message) -> {
              switch (message) {
                case WebSocketMessage.Text(String text) -> log.info("text: {}", text);
                case WebSocketMessage.Binary(byte[] bytes) -> log.info("{} bytes", bytes.length);
              }
              session.send(message);
            })
            .start();
    // end::guide-websocket-messages[]
    server.close();
  }

  @Test
  void aStream() throws Exception {
    CompletableFuture<String> got = new CompletableFuture<>();
    // tag::guide-websocket-stream[]
    WebSocketOptions options = WebSocketOptions.defaults().withStream();
    Server<String> server =
        Server.webSocket("127.0.0.1", 0, options)
            .codec(Codecs.lines()) // a line may start in one message and end in the next
            .onMessage((session, line) -> got.complete(line))
            .start();
    // end::guide-websocket-stream[]
    Client<byte[]> client =
        Client.webSocket(URI.create("ws://127.0.0.1:" + server.port()), options)
            .codec(Codecs.raw())
            .onMessage((session, bytes) -> {})
            .start();
    client.session().send("one li".getBytes(UTF_8));
    client.session().send("ne\n".getBytes(UTF_8));
    assertThat(got.get()).isEqualTo("one line");
    client.close();
    server.close();
  }
}
