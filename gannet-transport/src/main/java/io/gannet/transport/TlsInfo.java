package io.gannet.transport;

import io.gannet.transport.internal.text.PeerText;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS handshake has agreed on.
 *
 * @param version the version of TLS
 * @param cipherSuite the cipher suite, as the JDK names it
 * @param serverName the name that the client asked for (SNI), or null if it named none
 * @param applicationProtocol the protocol that both sides speak (ALPN, RFC 7301), or null if they have
 *     agreed on none
 * @param peerCertificates the peer's certificate first, then its chain; empty if it has shown none.
 *     They have been verified.
 */
public record TlsInfo(
    TlsVersion version,
    String cipherSuite,
    @Nullable String serverName,
    @Nullable String applicationProtocol,
    List<X509Certificate> peerCertificates) {

  /** Copies the list. */
  public TlsInfo {
    peerCertificates = List.copyOf(peerCertificates);
  }

  /**
   * {@return one line, fit for a log: of each certificate its subject, escaped and cut, as the peer may have chosen
   * it}
   */
  @Override
  public String toString() {
    return "TlsInfo[version=%s, cipherSuite=%s, serverName=%s, applicationProtocol=%s, peers=%s]"
        .formatted(
            version,
            cipherSuite,
            escaped(serverName),
            escaped(applicationProtocol),
            PeerText.escape(
                peerCertificates.stream()
                    .map(X509Certificate::getSubjectX500Principal)
                    .toList()
                    .toString()));
  }

  private static @Nullable String escaped(@Nullable String text) {
    return text == null ? null : PeerText.escape(text);
  }
}
