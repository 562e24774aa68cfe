package io.gannet.transport;

import io.gannet.transport.internal.text.PeerText;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a TLS handshake.
 *
 * @param version the version of TLS
 * @param cipherSuite the cipher suite, as the JDK names it
 * @param serverName the name that the client requested (SNI), or null if there was none
 * @param applicationProtocol the negotiated application protocol (ALPN, RFC 7301), or null if there
 *     is none
 * @param peerCertificates the peer's certificate first, then its chain; empty if the peer presented
 *     none. They have been verified
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
   * {@return one line that is safe to log. It contains the subject of each certificate, escaped and
   * truncated, because the peer may have chosen it}
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
