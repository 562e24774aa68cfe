package io.gannet.transport;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An authority that issues certificates for tests, and the files with them. */
final class Certificates {

  private static final class Shared {
    static final Certificates INSTANCE = new Certificates(temporaryDirectory());
    static final TlsIdentity SERVER = INSTANCE.issue(Certificates::forThisMachine);
  }

  private static final String PBES2 = "PBEWithHmacSHA256AndAES_256";

  private final Path directory;
  private final X509Bundle authority;
  private final Path authorityFile;
  private final AtomicInteger files = new AtomicInteger();

  Certificates(Path directory) {
    this.directory = directory;
    this.authority =
        make(() ->
            new CertificateBuilder()
                .subject("CN=Test authority of " + directory.getFileName())
                .setIsCertificateAuthority(true)
                .ecp256()
                .buildSelfSigned());
    this.authorityFile = write("ca.pem", authority.getRootCertificatePEM());
  }

  /** The TLS settings of a server on this machine. All tests share its certificate. */
  static ServerTls serverTls() {
    return ServerTls.of(Shared.SERVER);
  }

  /** The TLS settings of a client that trusts the shared certificate. */
  static ClientTls clientTls() {
    return ClientTls.trusting(Shared.INSTANCE.authorityFile);
  }

  /**
   * Performs the handshake with a server that has the shared certificate, see {@link #handshake}.
   */
  static SSLSocket encrypt(Socket plain) throws IOException, GeneralSecurityException {
    return Shared.INSTANCE.handshake(plain);
  }

  private static Path temporaryDirectory() {
    try {
      Path directory = Files.createTempDirectory("gannet");
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                for (String name : directory.toFile().list()) {
                  directory.resolve(name).toFile().delete();
                }
                directory.toFile().delete();
              }));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CertificateBuilder forThisMachine(CertificateBuilder builder) {
    return builder.addSanDnsName("localhost").addSanIpAddress("127.0.0.1");
  }

  /** The file with the certificate of the authority. */
  Path authority() {
    return authorityFile;
  }

  /** A certificate and its key, in memory. */
  X509Bundle bundle(UnaryOperator<CertificateBuilder> contents) {
    return make(() ->
        contents
            .apply(new CertificateBuilder().subject("CN=test").ecp256())
            .buildIssuedBy(authority));
  }

  /** Issues a certificate, in PEM files. */
  TlsIdentity.PemFiles issue(UnaryOperator<CertificateBuilder> contents) {
    return pem(bundle(contents));
  }

  TlsIdentity.PemFiles pem(X509Bundle bundle) {
    int number = files.incrementAndGet();
    return new TlsIdentity.PemFiles(
        write(number + ".crt", bundle.getCertificatePathPEM()),
        write(number + ".key", bundle.getPrivateKeyPEM()),
        null);
  }

  /** The key, encrypted in the format that current versions of openssl write. */
  TlsIdentity.PemFiles encryptedPem(X509Bundle bundle, String password) {
    int number = files.incrementAndGet();
    byte[] encrypted =
        make(() -> {
          SecretKey key =
              SecretKeyFactory.getInstance(PBES2)
                  .generateSecret(new PBEKeySpec(password.toCharArray()));
          Cipher cipher = Cipher.getInstance(PBES2);
          cipher.init(Cipher.ENCRYPT_MODE, key);
          byte[] content = cipher.doFinal(bundle.getKeyPair().getPrivate().getEncoded());
          AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
          parameters.init(cipher.getParameters().getEncoded());
          return new EncryptedPrivateKeyInfo(parameters, content).getEncoded();
        });
    return new TlsIdentity.PemFiles(
        write(number + ".crt", bundle.getCertificatePathPEM()),
        write(
            number + ".key",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n%s\n-----END ENCRYPTED PRIVATE KEY-----\n"
                .formatted(Base64.getMimeEncoder().encodeToString(encrypted))),
        password);
  }

  TlsIdentity.Pkcs12File pkcs12(X509Bundle bundle, String password) {
    Path file = directory.resolve(files.incrementAndGet() + ".p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      bundle.toKeyStore("PKCS12", password.toCharArray()).store(out, password.toCharArray());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return new TlsIdentity.Pkcs12File(file, password);
  }

  /** Trusts the authority. */
  TrustManagerFactory trustManagers() {
    return make(() -> {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trustStore());
      return factory;
    });
  }

  /** The authority, in a key store. */
  KeyStore trustStore() {
    return make(() -> {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", authority.getCertificate());
      return trusted;
    });
  }

  private Path write(String name, String content) {
    try {
      return Files.writeString(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Maker<T> {
    T make() throws Exception;
  }

  private static <T> T make(Maker<T> maker) {
    try {
      return maker.make();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Performs a client's handshake with the JDK's own sockets. */
  SSLSocket handshake(Socket plain) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, trustManagers().getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
    socket.startHandshake();
    return socket;
  }
}
