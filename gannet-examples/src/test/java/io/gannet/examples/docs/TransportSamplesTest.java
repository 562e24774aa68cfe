package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Client;
import io.gannet.transport.ClientTls;
import io.gannet.transport.PeerCredentials;
import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.codec.Codecs;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What carries sessions, as docs/guide.md shows it. */
class TransportSamplesTest {
  private static final Logger log = LoggerFactory.getLogger(TransportSamplesTest.class);

  @Test
  void tls(@TempDir Path files) throws Exception {
    X509Bundle authority =
        new CertificateBuilder()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    X509Bundle bundle =
        new CertificateBuilder()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .buildIssuedBy(authority);
    Path certificates =
        Files.writeString(files.resolve("cert.pem"), bundle.getCertificatePathPEM());
    Path key = Files.writeString(files.resolve("key.pem"), bundle.getPrivateKeyPEM());
    Path authorities =
        Files.writeString(files.resolve("ca.pem"), authority.getRootCertificatePEM());
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
