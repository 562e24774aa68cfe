package io.gannet.testkit;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;

/**
 * A certificate that trusts itself, in files: for tests that need encryption, and not a certain
 * chain of certificates.
 *
 * @param certificateFile the certificate, in PEM, which is also the authority to trust
 * @param keyFile its private key, in PEM
 * @param certificate the certificate
 */
public record SelfSigned(Path certificateFile, Path keyFile, X509Certificate certificate) {

  /**
   * Creates a certificate for {@code localhost} and {@code 127.0.0.1}.
   *
   * @param directory the directory for its files
   * @return the certificate
   */
  public static SelfSigned in(Path directory) {
    return write(directory, builder("localhost").addSanIpAddress("127.0.0.1"));
  }

  /**
   * Creates a certificate for a host name.
   *
   * @param directory the directory for its files
   * @param host the host name
   * @return the certificate
   */
  public static SelfSigned in(Path directory, String host) {
    return write(directory, builder(host));
  }

  private static CertificateBuilder builder(String host) {
    return new CertificateBuilder()
        .subject("CN=" + host)
        .addSanDnsName(host)
        .setIsCertificateAuthority(true)
        .ecp256();
  }

  private static SelfSigned write(Path directory, CertificateBuilder builder) {
    X509Bundle bundle;
    try {
      bundle = builder.buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    try {
      return new SelfSigned(
          Files.writeString(directory.resolve("self-signed.crt"), bundle.getCertificatePEM()),
          Files.writeString(directory.resolve("self-signed.key"), bundle.getPrivateKeyPEM()),
          bundle.getCertificate());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
