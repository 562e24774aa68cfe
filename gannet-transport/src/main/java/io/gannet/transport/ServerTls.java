package io.gannet.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a server encrypts. The files are looked at again while the server runs: what has changed serves
 * the connections that come later, and those that stand are not disturbed. No TLS session of before
 * a change is resumed. Files that can't be used are logged, and what was read before stays.
 *
 * @param identities the certificates to show. A client that asks for a name (SNI) gets the first that
 *     has the name, others get the first of all. Empty if a context has them.
 * @param clients whether clients show a certificate
 * @param clientTrust what the certificates of clients must lead to; null if clients show none, or if a
 *     context says it
 * @param versions what is spoken
 * @param applicationProtocols the protocols to agree on (ALPN, RFC 7301), the preferred first; empty
 *     for not negotiating
 * @param reloadPeriod how often the files are looked at, at most; zero for never. They are looked at
 *     when a connection comes, which waits for that, a second at most.
 * @param context has certificates and trust, instead of this; or null
 */
public record ServerTls(
    List<TlsIdentity> identities,
    ClientCertificates clients,
    @Nullable TlsTrust clientTrust,
    Set<TlsVersion> versions,
    List<String> applicationProtocols,
    Duration reloadPeriod,
    @Nullable SSLContext context) {

  /** Whether clients show a certificate. */
  public enum ClientCertificates {
    /** They are not asked for one. */
    NONE,
    /** They may; what they show must be good. */
    OPTIONAL,
    /** They must. */
    REQUIRED
  }

  /** Checks and copies the arguments. */
  public ServerTls {
    identities = List.copyOf(identities);
    if (context != null) {
      if (!identities.isEmpty() || clientTrust != null) {
        throw new IllegalArgumentException(
            "an SSLContext defines certificates and trust itself: don't set others with it");
      }
    } else {
      if (identities.isEmpty()) {
        throw new IllegalArgumentException("a server needs a certificate");
      }
      if ((clients == ClientCertificates.NONE) != (clientTrust == null)) {
        throw new IllegalArgumentException(
            "clientTrust must be set if, and only if, clients show certificates");
      }
    }
    if (identities.size() > 1
        && identities.stream().anyMatch(TlsIdentity.FromKeyManager.class::isInstance)) {
      throw new IllegalArgumentException(
          "a key manager selects the certificate itself: it must be the only identity");
    }
    versions = TlsChecks.versions(versions);
    applicationProtocols = TlsChecks.applicationProtocols(applicationProtocols);
    TlsChecks.notNegative(reloadPeriod);
  }

  /**
   * Encrypts, and asks clients for no certificate. TLS 1.2 and 1.3; files are looked at every 10 s.
   *
   * @param first the certificate to show to those who ask for no name, or an unknown one
   * @param more for other names
   * @return the settings
   */
  public static ServerTls of(TlsIdentity first, TlsIdentity... more) {
    List<TlsIdentity> all = new ArrayList<>();
    all.add(first);
    all.addAll(List.of(more));
    return new ServerTls(
        all,
        ClientCertificates.NONE,
        null,
        EnumSet.allOf(TlsVersion.class),
        List.of(),
        Duration.ofSeconds(10),
        null);
  }

  /**
   * Encrypts with a context that is there already, on the JDK's engine. The context keeps the TLS
   * sessions that may be resumed; new material needs a new context, see {@link Server#updateTls}.
   *
   * @param context has certificates and trust
   * @param clients whether clients show a certificate
   * @return the settings
   */
  public static ServerTls of(SSLContext context, ClientCertificates clients) {
    return new ServerTls(
        List.of(),
        clients,
        null,
        EnumSet.allOf(TlsVersion.class),
        List.of(),
        Duration.ZERO,
        Objects.requireNonNull(context, "context"));
  }

  /**
   * Has every client show a certificate; see {@link TlsInfo#peerCertificates()}.
   *
   * @param trust the file with the certificates, in PEM, that it must lead to
   * @return the changed settings
   */
  public ServerTls withClientCertificates(Path trust) {
    return withClientCertificates(TlsTrust.pem(trust));
  }

  /**
   * Has every client show a certificate; see {@link TlsInfo#peerCertificates()}.
   *
   * @param trust what it must lead to
   * @return the changed settings
   */
  public ServerTls withClientCertificates(TlsTrust trust) {
    return withClients(ClientCertificates.REQUIRED, trust);
  }

  /**
   * Lets clients show a certificate.
   *
   * @param trust the file with the certificates, in PEM, that it must lead to
   * @return the changed settings
   */
  public ServerTls withOptionalClientCertificates(Path trust) {
    return withOptionalClientCertificates(TlsTrust.pem(trust));
  }

  /**
   * Lets clients show a certificate.
   *
   * @param trust what it must lead to
   * @return the changed settings
   */
  public ServerTls withOptionalClientCertificates(TlsTrust trust) {
    return withClients(ClientCertificates.OPTIONAL, trust);
  }

  private ServerTls withClients(ClientCertificates chosen, TlsTrust trust) {
    return new ServerTls(
        identities,
        chosen,
        Objects.requireNonNull(trust, "trust"),
        versions,
        applicationProtocols,
        reloadPeriod,
        context);
  }

  /**
   * Chooses the versions.
   *
   * @param chosen at least one
   * @return the changed settings
   */
  public ServerTls withVersions(TlsVersion... chosen) {
    return new ServerTls(
        identities,
        clients,
        clientTrust,
        Set.of(chosen),
        applicationProtocols,
        reloadPeriod,
        context);
  }

  /**
   * Agrees with clients on the protocol above TLS (ALPN, RFC 7301); see {@link
   * TlsInfo#applicationProtocol()}. A client that offers others only is refused, except on OpenSSL's
   * engine, where nothing is agreed on; one that offers none is served.
   *
   * @param protocols such as {@code mqtt}, the preferred first; 1 to 255 bytes each; none for not
   *     negotiating
   * @return the changed settings
   */
  public ServerTls withApplicationProtocols(String... protocols) {
    return new ServerTls(
        identities, clients, clientTrust, versions, List.of(protocols), reloadPeriod, context);
  }

  /**
   * Chooses how often the files are looked at.
   *
   * @param period zero for never
   * @return the changed settings
   */
  public ServerTls withReloadPeriod(Duration period) {
    return new ServerTls(
        identities, clients, clientTrust, versions, applicationProtocols, period, context);
  }
}
