package io.gannet.discovery.testkit;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate authority, and certificates that it has issued for servers and clients, in files.
 */
public final class TestCertificates {

  private final Path directory;
  private final X509Bundle authority;

  /**
   * Creates an authority.
   *
   * @param directory the directory for the files
   */
  public TestCertificates(Path directory) {
    this(directory, newAuthority());
    write("ca.pem", authority.getRootCertificatePEM());
  }

  private TestCertificates(Path directory, X509Bundle authority) {
    this.directory = directory;
    this.authority = authority;
  }

  private static X509Bundle newAuthority() {
    try {
      return new CertificateBuilder()
          .subject("CN=Test authority")
          .setIsCertificateAuthority(true)
          .ecp256()
          .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Copies all files, so that those in this directory can be replaced.
   *
   * @param to a directory that doesn't exist yet
   * @return the certificates in that directory
   */
  public TestCertificates copy(Path to) {
    try {
      Files.createDirectory(to);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{pem,crt,key}")) {
        for (Path file : files) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TestCertificates(to, authority);
  }

  /** {@return the file with the authority's certificate} */
  public Path authority() {
    return directory.resolve("ca.pem");
  }

  /**
   * Issues a certificate, as {@code NAME.crt}, {@code NAME.key} and, both together,
   * {@code NAME.pem}.
   *
   * @param name the name of the files, and the certificate's common name
   * @param host the host name in the certificate
   */
  public void issue(String name, String host) {
    X509Bundle bundle;
    try {
      CertificateBuilder builder = new CertificateBuilder().subject("CN=" + name).ecp256();
      if (Character.isDigit(host.charAt(0))) {
        builder.addSanIpAddress(host);
      } else {
        builder.addSanDnsName(host);
      }
      bundle = builder.buildIssuedBy(authority);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    write(name + ".crt", bundle.getCertificatePathPEM());
    write(name + ".key", bundle.getPrivateKeyPEM());
    write(name + ".pem", bundle.getCertificatePathPEM() + bundle.getPrivateKeyPEM());
  }

  /**
   * Returns the path of a file.
   *
   * @param name the name of the file
   * @return the path
   */
  public Path file(String name) {
    return directory.resolve(name);
  }

  private void write(String name, String content) {
    try {
      Files.writeString(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
