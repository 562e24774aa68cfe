package io.gannet.conformance;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.codec.Codecs;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the suite as a server. Our client connects once for each case. */
@Tag("autobahn")
class ClientConformanceTest {

  private final int port = freePort();

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void ourClientKeepsToTheStandard() throws Exception {
    Path reports = Path.of("target", "autobahn", "client").toAbsolutePath();
    String spec =
        """
        {
          "url": "ws://127.0.0.1:%d",
          "options": {"failByDrop": false},
          "outdir": "%s",
          "webport": %d,
          "cases": %s,
          "exclude-cases": [],
          "exclude-agent-cases": {}
        }
        """
            .formatted(port, reports, freePort(), Autobahn.cases());
    try (Autobahn suite = Autobahn.start("fuzzingserver", spec, reports)) {
      suite.awaitListening(port);
      CompletableFuture<String> count = new CompletableFuture<>();
      visit(
          "/getCaseCount",
          (session, message) -> {
            if (message instanceof WebSocketMessage.Text(String text)) {
              count.complete(text);
            }
          });
      for (int i = 1; i <= Integer.parseInt(count.join()); i++) {
        visit("/runCase?case=%d&agent=%s".formatted(i, Autobahn.AGENT), Session::send);
      }
      visit("/updateReports?agent=" + Autobahn.AGENT, (session, message) -> {});
    }
    Autobahn.check(reports);
  }

  private void visit(String path, SessionListener<WebSocketMessage> listener) {
    CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    SessionListener<WebSocketMessage> watched =
        new SessionListener<>() {
          @Override
          public void onMessage(Session<WebSocketMessage> session, WebSocketMessage message)
              throws Exception {
            listener.onMessage(session, message);
          }

          @Override
          public void onClose(Session<WebSocketMessage> session, CloseReason reason) {
            closed.complete(reason);
          }
        };
    URI uri = URI.create("ws://127.0.0.1:" + port + path);
    Client<WebSocketMessage> client =
        Client.webSocket(uri, Autobahn.OPTIONS)
            .codec(Codecs.webSocketMessages())
            .maxMessageSize(Autobahn.LARGEST)
            .handshakeTimeout(Duration.ofMinutes(2)) // the suite writes its reports meanwhile
            .noReconnect()
            .listener(watched)
            .start();
    try (client) { // no session is asked for: it may be over by then
      closed.orTimeout(5, TimeUnit.MINUTES).join();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
