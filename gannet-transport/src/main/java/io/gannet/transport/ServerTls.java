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
 * The TLS settings of a server. Files are checked for changes while the server runs. Changed
 * certificates apply to later connections; existing connections are not affected. TLS sessions from
 * before a change are not resumed. If a changed file can't be used, the failure is logged, and the
 * previous certificates stay in use.
 *
 * @param identities the server's certificates. A client that requests a name (SNI) gets the first
 *     certificate with that name, other clients get the first of all. Empty with a context
 * @param clients whether clients present a certificate
 * @param clientTrust the trust for the certificates of clients; null if clients present none, or
 *     with a context
 * @param versions the allowed versions of TLS
 * @param applicationProtocols the application protocols to negotiate (ALPN, RFC 7301), in order of
 *     preference; empty for no negotiation
 * @param reloadPeriod the minimum time between two checks of the files for changes; zero for no
 *     checks. The check runs when a connection arrives, which waits for it at most one second
 * @param context replaces certificates and trust; or null
 */
public record ServerTls(
    List<TlsIdentity> identities,
    ClientCertificates clients,
    @Nullable TlsTrust clientTrust,
    Set<TlsVersion> versions,
    List<String> applicationProtocols,
    Duration reloadPeriod,
    @Nullable SSLContext context) {

  /** Whether clients present a certificate. */
  public enum ClientCertificates {
    /** Clients are not asked for a certificate. */
    NONE,
    /** Clients may present a certificate, which must then be trusted. */
    OPTIONAL,
    /** Clients must present a trusted certificate. */
    REQUIRED
  }

  /**
   * Checks and copies the arguments. Use the static factories and the {@code with} methods rather
   * than this constructor, which changes with every new option.
   */
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
   * Creates settings without client certificates, with TLS 1.2 and 1.3. Files are checked for
   * changes every 10 s.
   *
   * @param first the certificate for clients that request no name or an unknown name
   * @param more certificates for other names
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
   * Creates settings from an existing context, with the JDK's TLS engine. The context keeps the TLS
   * sessions that may be resumed. New certificates need a new context, see
   * {@link Server#updateTls}.
   *
   * @param context contains certificates and trust
   * @param clients whether clients present a certificate
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
   * Requires a certificate from every client, see {@link TlsInfo#peerCertificates()}.
   *
   * @param trust the file with the trusted certificates, in PEM
   * @return the changed settings
   */
  public ServerTls withClientCertificates(Path trust) {
    return withClientCertificates(TlsTrust.pem(trust));
  }

  /**
   * Requires a certificate from every client, see {@link TlsInfo#peerCertificates()}.
   *
   * @param trust the trust for the certificates of clients
   * @return the changed settings
   */
  public ServerTls withClientCertificates(TlsTrust trust) {
    return withClients(ClientCertificates.REQUIRED, trust);
  }

  /**
   * Accepts a certificate from clients that present one.
   *
   * @param trust the file with the trusted certificates, in PEM
   * @return the changed settings
   */
  public ServerTls withOptionalClientCertificates(Path trust) {
    return withOptionalClientCertificates(TlsTrust.pem(trust));
  }

  /**
   * Accepts a certificate from clients that present one.
   *
   * @param trust the trust for the certificates of clients
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
   * Sets the allowed versions of TLS.
   *
   * @param chosen the versions, at least one
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
   * Negotiates an application protocol with clients (ALPN, RFC 7301), see
   * {@link TlsInfo#applicationProtocol()}. A client that offers only other protocols is rejected;
   * with OpenSSL's engine it is accepted without a protocol. A client that offers none is accepted.
   *
   * @param protocols the names, such as {@code mqtt}, in order of preference; 1 to 255 bytes each;
   *     none for no negotiation
   * @return the changed settings
   */
  public ServerTls withApplicationProtocols(String... protocols) {
    return new ServerTls(
        identities, clients, clientTrust, versions, List.of(protocols), reloadPeriod, context);
  }

  /**
   * Sets the minimum time between two checks of the files for changes.
   *
   * @param period the time; zero for no checks
   * @return the changed settings
   */
  public ServerTls withReloadPeriod(Duration period) {
    return new ServerTls(
        identities, clients, clientTrust, versions, applicationProtocols, period, context);
  }
}
