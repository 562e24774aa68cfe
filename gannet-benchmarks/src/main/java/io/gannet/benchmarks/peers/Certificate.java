package io.gannet.benchmarks.peers;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** The certificate of a server with TLS. The load generator doesn't verify it. */
final class Certificate {

  private final X509Bundle bundle;

  private Certificate(X509Bundle bundle) {
    this.bundle = bundle;
  }

  static Certificate make() throws Exception {
    return new Certificate(
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("CN=localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned());
  }

  X509Certificate certificate() {
    return bundle.getCertificate();
  }

  PrivateKey key() {
    return bundle.getKeyPair().getPrivate();
  }

  /** Returns a file with the certificate, which exists as long as this process. */
  Path certificateFile() throws IOException {
    return file(bundle.getCertificatePEM());
  }

  /** Returns a file with the key, which exists as long as this process. */
  Path keyFile() throws IOException {
    return file(bundle.getPrivateKeyPEM());
  }

  private static Path file(String pem) throws IOException {
    Path file = Files.createTempFile("bench", ".pem");
    file.toFile().deleteOnExit();
    return Files.writeString(file, pem);
  }
}
