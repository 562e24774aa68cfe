package io.gannet.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Server;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Codecs;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WebSocket library that most programs on Node.js use, against our server and our client. */
@Tag("interop")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NodeInteropTest {

  private static final String REMEDY =
      "install Node.js 18 or newer with npm, on Debian with \"apt-get install nodejs npm\"";

  private static final Path SOURCES = Path.of("interop");
  private static final Path SCRIPTS = Path.of("target", "interop").toAbsolutePath();

  @TempDir private Path files;

  @BeforeAll
  static void install() throws Exception {
    Files.createDirectories(SCRIPTS);
    for (String name : List.of("package.json", "client.mjs", "server.mjs")) {
      Files.copy(SOURCES.resolve(name), SCRIPTS.resolve(name), REPLACE_EXISTING);
    }
    String npm = Programs.find(REMEDY, "npm");
    Programs.run(SCRIPTS, List.of(npm, "install", "--no-audit", "--no-fund", "--no-package-lock"));
  }

  private static List<String> node(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Programs.find(REMEDY, "node"));
    command.addAll(List.of(arguments));
    return command;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void theirClientAgainstOurServer(String scheme) throws Exception {
    WebSocketOptions options =
        WebSocketOptions.defaults().withCompression().withSubprotocols("v1").withPaths("/echo");
    OurServer ours = new OurServer(files);
    try (Server<WebSocketMessage> server = ours.speaking(scheme, options).start()) {
      String uri = "%s://127.0.0.1:%d/echo".formatted(scheme, server.port());
      String output = Programs.run(SCRIPTS, node("client.mjs", uri, ours.certificate.toString()));
      assertThat(output).contains("interop: ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void ourClientAgainstTheirServer(String scheme) throws Exception {
    OurServer ours = new OurServer(files);
    List<String> command =
        scheme.equals("wss")
            ? node("server.mjs", ours.certificate.toString(), ours.key.toString())
            : node("server.mjs");
    Process server = Programs.start(SCRIPTS, command);
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8))) {
      URI uri = URI.create("%s://127.0.0.1:%s/echo".formatted(scheme, out.readLine()));
      for (boolean compressed : new boolean[] {false, true}) {
        WebSocketOptions options = WebSocketOptions.defaults().withSubprotocols("v2", "v1");
        ClientBuilder<WebSocketMessage> client =
            Client.webSocket(uri, compressed ? options.withCompression() : options)
                .codec(Codecs.webSocketMessages())
                .noReconnect();
        if (scheme.equals("wss")) {
          client.tls(ClientTls.trusting(ours.certificate));
        }
        Conversation.talk(client);
      }
    } finally {
      server.destroy();
    }
  }
}
