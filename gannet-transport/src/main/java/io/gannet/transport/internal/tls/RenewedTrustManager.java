package io.gannet.transport.internal.tls;

import io.gannet.transport.TimeSource;
import io.gannet.transport.TransportException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts what the certificates of a file, those of now, or the JDK's, have signed. */
final class RenewedTrustManager extends X509ExtendedTrustManager {

  private final Renewed<X509ExtendedTrustManager> current;

  RenewedTrustManager(@Nullable Path pem, Duration period, TimeSource time) {
    this.current =
        new Renewed<>(pem == null ? List.of() : List.of(pem), () -> read(pem), period, time);
  }

  /** A connection has come. */
  void lookAgain() {
    current.lookAgain();
  }

  private static X509ExtendedTrustManager read(@Nullable Path pem) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(pem == null ? null : store(pem));
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new GeneralSecurityException("the JDK has no trust manager for X.509");
    } catch (IOException | GeneralSecurityException e) {
      throw new TransportException(
          "can't use %s: %s".formatted(pem == null ? "the JDK's trust store" : pem, e), e);
    }
  }

  private static KeyStore store(Path pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (X509Certificate certificate : Pem.certificates(pem)) {
      store.setCertificateEntry(Integer.toString(number++), certificate);
    }
    return store;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    current.current().checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    current.current().checkServerTrusted(chain, type, engine);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return current.current().getAcceptedIssuers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    current.current().checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    current.current().checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    current.current().checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    current.current().checkServerTrusted(chain, type);
  }
}
