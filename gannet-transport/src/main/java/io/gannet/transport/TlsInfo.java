package io.gannet.transport;

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
}
