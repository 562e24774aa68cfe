package io.gannet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Server;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Codecs;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client and an echo server of another library, with our server and our client. */
@Tag("interop")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class WebSocketInterop {

  @TempDir private Path files;

  /** Returns the directory of the scripts. */
  abstract Path scripts() throws Exception;

  /**
   * Returns the command of their client.
   *
   * @param uri the URI of our server
   * @param certificates a file with the trusted certificates
   */
  abstract List<String> client(String uri, String certificates) throws Exception;

  /**
   * Returns the command of their server, which prints its port.
   *
   * @param identity for TLS, the files of the certificate and of its key
   */
  abstract List<String> server(String... identity) throws Exception;

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void theirClientAgainstOurServer(String scheme) throws Exception {
    WebSocketOptions options =
        WebSocketOptions.defaults().withCompression().withSubprotocols("v1").withPaths("/echo");
    OurServer ours = new OurServer(files);
    try (Server<WebSocketMessage> server = ours.speaking(scheme, options).start()) {
      String uri = "%s://127.0.0.1:%d/echo".formatted(scheme, server.port());
      String output = Programs.run(scripts(), client(uri, ours.certificate.toString()));
      assertThat(output).contains("interop: ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void ourClientAgainstTheirServer(String scheme) throws Exception {
    OurServer ours = new OurServer(files);
    List<String> command =
        scheme.equals("wss") ? server(ours.certificate.toString(), ours.key.toString()) : server();
    try (RunningProgram server = new RunningProgram(scripts(), command)) {
      URI uri = URI.create("%s://127.0.0.1:%s/echo".formatted(scheme, server.await("")));
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
    }
  }
}
