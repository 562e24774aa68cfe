package io.gannet.conformance;

import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.Session;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Codecs;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;

/** Echo servers for other programs, with a certificate for {@code wss}. */
final class OurServer {

  /** The certificate, which is also the only trusted one, in PEM. */
  final Path certificate;

  /** The private key of the certificate, in PEM. */
  final Path key;

  private final SelfSigned identity;

  /**
   * Creates a certificate.
   *
   * @param directory the directory for its files
   */
  OurServer(Path directory) {
    identity = SelfSigned.in(directory);
    certificate = identity.certificateFile();
    key = identity.keyFile();
  }

  /** Returns the SHA-256 hash of the certificate's public key in Base64. */
  String keyHash() throws Exception {
    byte[] key = identity.certificate().getPublicKey().getEncoded();
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
  }

  /** A server that echoes messages, except for texts such as "close 4321 so long". */
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
