package io.gannet.examples.docs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Client;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Compression;
import io.gannet.transport.IpFilter;
import io.gannet.transport.PeerCredentials;
import io.gannet.transport.ProxyProtocol;
import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transports, as docs/guide.md shows them. */
class TransportSamplesTest {
  private static final Logger log = LoggerFactory.getLogger(TransportSamplesTest.class);

  @TempDir static Path files;
  private static Path certificates;
  private static Path key;
  private static Path authorities;

  @BeforeAll
  static void issue() {
    SelfSigned certificate = SelfSigned.in(files);
    certificates = certificate.certificateFile();
    key = certificate.keyFile();
    authorities = certificates;
  }

  @Test
  void tls() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    // tag::guide-tls[]
    Server<String> server =
        Server.tcp("localhost", 0)
            .codec(Codecs.lines())
            .tls(ServerTls.of(TlsIdentity.pem(certificates, key)))
            .onMessage((session, text) -> {
              log.info("{} over {}", text, session.connection().tls());
              session.send(text);
            })
            .start();
    Client<String> client =
        Client.tcp("localhost", server.port())
            .codec(Codecs.lines())
            .tls(ClientTls.trusting(authorities)) // or ClientTls.systemTrust()
            .onMessage((session, text) -> answer.complete(text))
            .start();
    // end::guide-tls[]
    client.session().send("hello");

    assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("hello");
    client.close();
    server.close();
  }

  @Test
  void webSocketOverTls() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    // tag::guide-websocket-tls[]
    Server<String> server =
        Server.webSocket("localhost", 0, WebSocketOptions.defaults().withText())
            .codec(Codecs.whole(Bodies.utf8()))
            .tls(ServerTls.of(TlsIdentity.pem(certificates, key)))
            .onMessage((session, text) -> session.send(text))
            .start();
    Client<String> client =
        Client.webSocket("wss://localhost:" + server.port() + "/")
            .codec(Codecs.whole(Bodies.utf8()))
            .tls(ClientTls.trusting(authorities)) // for a certificate of your own authority
            .onMessage((session, text) -> answer.complete(text))
            .start();
    // end::guide-websocket-tls[]
    client.session().send("hello");

    assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("hello");
    client.close();
    server.close();
  }

  @Test
  void compression() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    // tag::guide-compression[]
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .compression(Compression.deflate())
            .onMessage((session, text) -> session.send(text))
            .start();
    Client<String> client =
        Client.tcp("localhost", server.port())
            .codec(Codecs.lines())
            .compression(Compression.deflate()) // the same on both sides
            .onMessage((session, text) -> answer.complete(text))
            .start();
    // end::guide-compression[]
    client.session().send("hello");

    assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("hello");
    client.close();
    server.close();
  }

  @Test
  void proxyProtocol() throws IOException {
    // tag::guide-proxy[]
    Server<String> server =
        Server.tcp(0)
            .codec(Codecs.lines())
            .proxyProtocol(ProxyProtocol.required(IpFilter.allow("127.0.0.1", "10.0.0.5")))
            .onMessage((session, text) -> session.send("hello " + session.remoteAddress()))
            .start();
    // end::guide-proxy[]
    try (Socket proxy = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      proxy
          .getOutputStream()
          .write("PROXY TCP4 203.0.113.9 198.51.100.7 56324 443\r\nhi\n".getBytes(US_ASCII));
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(proxy.getInputStream(), US_ASCII));
      assertThat(answers.readLine()).isEqualTo("hello /203.0.113.9:56324");
    }
    server.close();
  }

  @Test
  void unixSocket(@TempDir Path run) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    // tag::guide-unix[]
    String path = run.resolve("app.sock").toString(); // or "@app", an abstract name on Linux
    Server<String> server =
        Server.unix(path)
            .codec(Codecs.lines())
            .unixPermissions("rw-rw----")
            .onMessage((session, text) -> {
              PeerCredentials peer = session.connection().credentials();
              log.info("{} comes from {}", text, peer);
              session.send(text);
            })
            .start();
    Client<String> client =
        Client.unix(path)
            .codec(Codecs.lines())
            .onMessage((session, text) -> answer.complete(text))
            .start();
    // end::guide-unix[]
    client.session().send("hello");

    assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("hello");
    client.close();
    server.close();
  }
}
