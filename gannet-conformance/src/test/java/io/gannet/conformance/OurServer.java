package io.gannet.conformance;

import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.Session;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Codecs;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;

/** Echo servers for the programs of others, with a certificate for {@code wss}. */
final class OurServer {

  /** The certificate, and the only one to trust, in PEM. */
  final Path certificate;

  /** The key that belongs to it, in PEM. */
  final Path key;

  private final X509Bundle bundle;

  /**
   * Makes a certificate.
   *
   * @param directory for its files
   */
  OurServer(Path directory) throws Exception {
    bundle =
        new CertificateBuilder()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    certificate = Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePEM());
    key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
  }

  /** The SHA-256 of the certificate's public key, in Base64. */
  String keyHash() throws Exception {
    byte[] key = bundle.getCertificate().getPublicKey().getEncoded();
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
  }

  /** A server that sends back what it receives, but for texts like "close 4321 so long". */
  ServerBuilder<WebSocketMessage> speaking(String scheme, WebSocketOptions options) {
    ServerBuilder<WebSocketMessage> builder =
        Server.webSocket("127.0.0.1", 0, options)
            .codec(Codecs.webSocketMessages())
            .onMessage(OurServer::answer);
    if (scheme.equals("wss")) {
      builder.tls(ServerTls.of(TlsIdentity.pem(certificate, key)));
    }
    return builder;
  }

  static void answer(Session<WebSocketMessage> session, WebSocketMessage message) {
    if (message instanceof WebSocketMessage.Text(String text) && text.startsWith("close ")) {
      String[] words = text.split(" ", 3);
      session.close(Integer.parseInt(words[1]), words[2]);
    } else {
      session.send(message);
    }
  }
}
