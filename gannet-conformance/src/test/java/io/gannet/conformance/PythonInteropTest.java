package io.gannet.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Python's websockets, which sends fragments of any size, against our server and our client. */
@Tag("interop")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PythonInteropTest {

  private static final String REMEDY =
      "install Python 3 with its websockets, on Debian with \"apt-get install python3-websockets\"";

  private static final Path SCRIPTS = Path.of("interop").toAbsolutePath();

  @TempDir private Path files;

  private static List<String> python(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(
        Programs.find(
            REMEDY,
            python -> Programs.succeeds(List.of(python, "-c", "import websockets")),
            "python3"));
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
      String output = Programs.run(SCRIPTS, python("client.py", uri, ours.certificate.toString()));
      assertThat(output).contains("interop: ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void ourClientAgainstTheirServer(String scheme) throws Exception {
    OurServer ours = new OurServer(files);
    List<String> command =
        scheme.equals("wss")
            ? python("server.py", ours.certificate.toString(), ours.key.toString())
            : python("server.py");
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
