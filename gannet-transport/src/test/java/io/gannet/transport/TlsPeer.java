package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A TLS client on the JDK's own sockets, which resumes sessions where the server allows it. */
final class TlsPeer {

  private static final char[] NO_PASSWORD = {};

  private final SSLContext context;
  private final AtomicInteger asked = new AtomicInteger();

  /** Shows a certificate to servers that ask for one, if there is one. */
  TlsPeer(Certificates trusted, @Nullable X509Bundle shown) {
    try {
      KeyManager[] keys = shown == null ? null : new KeyManager[] {new Counting(manager(shown))};
      context = SSLContext.getInstance("TLS");
      context.init(keys, trusted.trustManagers().getTrustManagers(), null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyManagerFactory keyManagers(X509Bundle bundle) {
    try {
      KeyStore store = bundle.toKeyStore("PKCS12", NO_PASSWORD);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static SSLContext context(@Nullable X509Bundle shown, TrustManagerFactory trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          shown == null ? null : keyManagers(shown).getKeyManagers(),
          trust.getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509ExtendedKeyManager manager(X509Bundle bundle) {
    return (X509ExtendedKeyManager) keyManagers(bundle).getKeyManagers()[0];
  }

  /** How often a server has requested this client's certificate; only full handshakes do. */
  int asked() {
    return asked.get();
  }

  /** Connects, and performs the handshake. */
  SSLSocket connect(int port, TlsVersion version) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    new Socket(InetAddress.getLoopbackAddress(), port), "localhost", port, true);
    socket.setSoTimeout((int) Fixture.SOON.toMillis());
    socket.setEnabledProtocols(
        new String[] {version == TlsVersion.TLS_1_2 ? "TLSv1.2" : "TLSv1.3"});
    try {
      socket.startHandshake();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  /** Sends to an echo server, and reads the answer. */
  static void echo(SSLSocket socket) throws IOException {
    byte[] hello = TextCodec.frames("hello");
    socket.getOutputStream().write(hello);
    byte[] back = socket.getInputStream().readNBytes(hello.length);
    if (back.length < hello.length) {
      throw new IOException(
          "the server has closed after \"%s\"".formatted(new String(back, UTF_8)));
    }
  }

  /**
   * Connects, exchanges a message, and closes.
   *
   * @return the certificate of the server
   */
  X509Certificate visit(int port, TlsVersion version) throws IOException {
    try (SSLSocket socket = connect(port, version)) {
      echo(socket);
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private final class Counting extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager manager;

    Counting(X509ExtendedKeyManager manager) {
      this.manager = manager;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      asked.incrementAndGet();
      return manager.chooseClientAlias(types, null, socket); // also where it isn't wanted
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
      return manager.getClientAliases(type, issuers);
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return manager.getServerAliases(type, issuers);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return manager.chooseServerAlias(type, issuers, socket);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return manager.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return manager.getPrivateKey(alias);
    }
  }
}
