package io.gannet.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Codecs;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WebSocket library that most programs on Node.js use, against our server and our client. */
@Tag("interop")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NodeInteropTest {

  private static final Path SOURCES = Path.of("interop");
  private static final Path SCRIPTS = Path.of("target", "interop").toAbsolutePath();

  @TempDir static Path files;

  @BeforeAll
  static void install() throws Exception {
    Files.createDirectories(SCRIPTS);
    for (String name : List.of("package.json", "client.mjs", "server.mjs")) {
      Files.copy(SOURCES.resolve(name), SCRIPTS.resolve(name), REPLACE_EXISTING);
    }
    Process npm = start("npm", "install", "--no-audit", "--no-fund", "--no-package-lock");
    String output = new String(npm.getInputStream().readAllBytes(), UTF_8);
    assertThat(npm.waitFor()).as(output).isZero();
  }

  private static Process start(String... command) {
    try {
      return new ProcessBuilder(command)
          .directory(SCRIPTS.toFile())
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new AssertionError(
          "%s can't be started: install Node.js 18 or newer with npm, on Debian with \"apt-get install nodejs npm\""
              .formatted(command[0]),
          e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "wss"})
  void theirClientAgainstOurServer(String scheme) throws Exception {
    WebSocketOptions options =
        WebSocketOptions.defaults().withCompression().withSubprotocols("v1").withPaths("/echo");
    X509Bundle bundle =
        new CertificateBuilder()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Path certificate = Files.writeString(files.resolve("cert.pem"), bundle.getCertificatePEM());
    Path key = Files.writeString(files.resolve("key.pem"), bundle.getPrivateKeyPEM());
    ServerBuilder<WebSocketMessage> builder =
        Server.webSocket("localhost", 0, options)
            .codec(Codecs.webSocketMessages())
            .onMessage(NodeInteropTest::answer);
    if (scheme.equals("wss")) {
      builder.tls(ServerTls.of(TlsIdentity.pem(certificate, key)));
    }
    try (Server<WebSocketMessage> server = builder.start()) {
      String uri = "%s://localhost:%d/echo".formatted(scheme, server.port());
      Process node = start("node", "client.mjs", uri, certificate.toString());
      String output = new String(node.getInputStream().readAllBytes(), UTF_8);
      assertThat(node.waitFor()).as(output).isZero();
      assertThat(output).contains("interop: ok");
    }
  }

  private static void answer(Session<WebSocketMessage> session, WebSocketMessage message) {
    if (message instanceof WebSocketMessage.Text(String text) && text.startsWith("close ")) {
      String[] words = text.split(" ", 3);
      session.close(Integer.parseInt(words[1]), words[2]);
    } else {
      session.send(message);
    }
  }

  @Test
  void ourClientAgainstTheirServer() throws Exception {
    Process node = start("node", "server.mjs");
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(node.getInputStream(), UTF_8))) {
      int port = Integer.parseInt(out.readLine());
      for (boolean compressed : new boolean[] {false, true}) {
        WebSocketOptions options = WebSocketOptions.defaults().withSubprotocols("v2", "v1");
        talk(port, compressed ? options.withCompression() : options);
      }
    } finally {
      node.destroy();
    }
  }

  private static void talk(int port, WebSocketOptions options) throws Exception {
    BlockingQueue<WebSocketMessage> answers = new LinkedBlockingQueue<>();
    CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    SessionListener<WebSocketMessage> listener =
        new SessionListener<>() {
          @Override
          public void onMessage(Session<WebSocketMessage> session, WebSocketMessage message) {
            answers.add(message);
          }

          @Override
          public void onClose(Session<WebSocketMessage> session, CloseReason reason) {
            closed.complete(reason);
          }
        };
    try (Client<WebSocketMessage> client =
        Client.webSocket(URI.create("ws://127.0.0.1:" + port + "/echo"), options)
            .codec(Codecs.webSocketMessages())
            .noReconnect()
            .listener(listener)
            .start()) {
      Session<WebSocketMessage> session = client.session();
      assertThat(session.connection().webSocket().subprotocol()).contains("v1");
      for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536, 1_000_000}) {
        WebSocketMessage text = new WebSocketMessage.Text("ü".repeat(size));
        session.send(text);
        assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo(text);
        session.send(new WebSocketMessage.Binary(new byte[size]));
        assertThat(answers.poll(30, TimeUnit.SECONDS))
            .isInstanceOfSatisfying(
                WebSocketMessage.Binary.class, it -> assertThat(it.bytes()).hasSize(size));
      }
      session.send(new WebSocketMessage.Text("ping")); // their ping, our pong
      assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo(new WebSocketMessage.Text("pong"));
      session.send(new WebSocketMessage.Text("close 4444"));
      CloseReason reason = closed.get(30, TimeUnit.SECONDS);
      assertThat(reason.kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
      assertThat(reason.closeCode()).isEqualTo(4444);
      assertThat(reason.message()).contains("as you wish");
    }
  }
}
