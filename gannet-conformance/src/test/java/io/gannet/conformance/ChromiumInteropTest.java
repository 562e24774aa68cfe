package io.gannet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Session;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Codecs;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A browser against our server: a page that comes from it connects, and from a foreign one may not. */
@Tag("interop")
class ChromiumInteropTest {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-headless-shell", "google-chrome", "chrome");

  private final CompletableFuture<String> verdict = new CompletableFuture<>();

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aPageTalksToTheServerThatItComesFrom(@TempDir Path profile) throws Exception {
    try (Server<WebSocketMessage> foreign = server(WebSocketOptions.defaults()).start()) {
      // The page is at 127.0.0.1, which is another host than localhost to a browser.
      String page =
          Files.readString(Path.of("interop", "page.html"))
              .replace("'FOREIGN'", "'ws://localhost:" + foreign.port() + "/echo'");
      WebSocketOptions options =
          WebSocketOptions.defaults()
              .withPage(page)
              .withPaths("/echo")
              .withSubprotocols("v1")
              .withCompression();
      try (Server<WebSocketMessage> server = server(options).start()) {
        Process browser = open("http://127.0.0.1:" + server.port() + "/", profile);
        try {
          assertThat(verdict.get(2, TimeUnit.MINUTES)).isEqualTo("ok");
        } finally {
          browser.destroy();
          browser.waitFor();
        }
      }
    }
  }

  private ServerBuilder<WebSocketMessage> server(WebSocketOptions options) {
    return Server.webSocket("127.0.0.1", 0, options)
        .codec(Codecs.webSocketMessages())
        .onMessage(this::answer);
  }

  private void answer(Session<WebSocketMessage> session, WebSocketMessage message) {
    if (message instanceof WebSocketMessage.Text(String text) && text.startsWith("close ")) {
      String[] words = text.split(" ", 3);
      session.close(Integer.parseInt(words[1]), words[2]);
    } else if (message instanceof WebSocketMessage.Text(String text)
        && text.startsWith("verdict ")) {
      verdict.complete(text.substring("verdict ".length()));
    } else {
      session.send(message);
    }
  }

  private static Process open(String url, Path profile) throws IOException {
    return new ProcessBuilder(
            browser(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--user-data-dir=" + profile,
            "--remote-debugging-port=0", // or it would end once the page is loaded
            url)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String browser() {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      for (String name : NAMES) {
        Path program = Path.of(directory, name);
        if (Files.isExecutable(program)) {
          return program.toString();
        }
      }
    }
    throw new AssertionError(
        "no browser found on the PATH, looked for %s: install one, on Debian with \"apt-get install chromium\""
            .formatted(NAMES));
  }
}
