package io.gannet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A browser with our server: a page of the same origin can connect, a page of another origin can't.
 */
@Tag("interop")
class ChromiumInteropTest {

  private final CompletableFuture<String> verdict = new CompletableFuture<>();

  @TempDir private Path files;

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aPageTalksToTheServerThatItComesFrom(String scheme) throws Exception {
    OurServer ours = new OurServer(files);
    WebSocketOptions open = WebSocketOptions.defaults().withOrigins("*");
    try (Server<WebSocketMessage> foreign =
            ours.speaking(scheme, WebSocketOptions.defaults()).start();
        Server<WebSocketMessage> openToAll = ours.speaking(scheme, open).start()) {
      // The page is at 127.0.0.1, which a browser treats as another host than localhost.
      String elsewhere = scheme + "://localhost:%d/echo";
      String page =
          Files.readString(Path.of("interop", "page.html"))
              .replace("FOREIGN", elsewhere.formatted(foreign.port()))
              .replace("OPEN", elsewhere.formatted(openToAll.port()));
      WebSocketOptions options =
          WebSocketOptions.defaults()
              .withPage(page)
              .withPaths("/echo")
              .withSubprotocols("v1")
              .withCompression();
      try (Server<WebSocketMessage> server =
          ours.speaking(scheme, options).onMessage(this::answer).start()) {
        String url = scheme.replace("ws", "http") + "://127.0.0.1:" + server.port() + "/";
        Process browser = Chromium.open(url, files.resolve("profile"), ours.keyHash());
        try {
          browser
              .onExit()
              .thenAccept(exited -> verdict.complete("the browser has ended, see " + Chromium.LOG));
          assertThat(verdict.get(2, TimeUnit.MINUTES)).isEqualTo("ok");
        } finally {
          browser.destroy();
          browser.waitFor();
        }
      }
    }
  }

  private void answer(Session<WebSocketMessage> session, WebSocketMessage message) {
    if (message instanceof WebSocketMessage.Text(String text) && text.startsWith("verdict ")) {
      verdict.complete(text.substring("verdict ".length()));
    } else {
      OurServer.answer(session, message);
    }
  }
}
