package io.gannet.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The TLS settings of a client. The server's certificate must lead to a trusted certificate and
 * contain the name that the client connects to. Trust for all certificates is deliberately not
 * supported. Files are reloaded like those of {@link ServerTls}.
 *
 * @param trust the trust for the server's certificate; unused with a context
 * @param identity the certificate for servers that request one; null for none, or with a context
 * @param serverName the name to request (SNI) and to verify; null for the name connected to. A
 *     trailing dot is ignored. A name that SNI doesn't allow, such as {@code my_host} or an
 *     address, is only verified.
 * @param verifiesName whether the certificate must contain that name
 * @param versions the allowed versions of TLS
 * @param applicationProtocols the application protocols to offer (ALPN, RFC 7301), in order of
 *     preference; empty for no negotiation
 * @param reloadPeriod the minimum time between two checks of the files for changes; zero for no
 *     checks
 * @param context replaces trust and identity; or null
 */
public record ClientTls(
    TlsTrust trust,
    @Nullable TlsIdentity identity,
    @Nullable String serverName,
    boolean verifiesName,
    Set<TlsVersion> versions,
    List<String> applicationProtocols,
    Duration reloadPeriod,
    @Nullable SSLContext context) {

  /**
   * Checks and copies the arguments. Use the static factories and the {@code with} methods rather
   * than this constructor, which changes with every new option.
   */
  public ClientTls {
    Objects.requireNonNull(trust, "trust");
    if (context != null && (identity != null || !trust.equals(TlsTrust.system()))) {
      throw new IllegalArgumentException(
          "an SSLContext defines certificates and trust itself: don't set others with it");
    }
    versions = TlsChecks.versions(versions);
    applicationProtocols = TlsChecks.applicationProtocols(applicationProtocols);
    TlsChecks.notNegative(reloadPeriod);
  }

  /**
   * {@return settings that trust what the JDK trusts, with TLS 1.2 and 1.3; files are checked every
   * 10 s}
   */
  public static ClientTls systemTrust() {
    return trusting(TlsTrust.system());
  }

  /**
   * Trusts only the given certificates and those that they have signed.
   *
   * @param pem the file with the certificates, in PEM
   * @return the settings
   */
  public static ClientTls trusting(Path pem) {
    return trusting(TlsTrust.pem(pem));
  }

  /**
   * Creates settings with the given trust, TLS 1.2 and 1.3. Files are checked every 10 s.
   *
   * @param trust the trust for the server's certificate
   * @return the settings
   */
  public static ClientTls trusting(TlsTrust trust) {
    return new ClientTls(
        trust,
        null,
        null,
        true,
        EnumSet.allOf(TlsVersion.class),
        List.of(),
        Duration.ofSeconds(10),
        null);
  }

  /**
   * Creates settings from an existing context, with the JDK's TLS engine. The context keeps the TLS
   * sessions that may be resumed. New certificates need a new context, see
   * {@link Client#updateTls}.
   *
   * @param context contains the trust and, for servers that request one, the client's certificate
   * @return the settings
   */
  public static ClientTls of(SSLContext context) {
    return new ClientTls(
        TlsTrust.system(),
        null,
        null,
        true,
        EnumSet.allOf(TlsVersion.class),
        List.of(),
        Duration.ZERO,
        Objects.requireNonNull(context, "context"));
  }

  /**
   * Sets the certificate for servers that request one.
   *
   * @param shown the certificate and its key
   * @return the changed settings
   */
  public ClientTls withIdentity(TlsIdentity shown) {
    return new ClientTls(
        trust,
        shown,
        serverName,
        verifiesName,
        versions,
        applicationProtocols,
        reloadPeriod,
        context);
  }

  /**
   * Requests and verifies another name than the one connected to.
   *
   * @param name the name
   * @return the changed settings
   */
  public ClientTls withServerName(String name) {
    return new ClientTls(
        trust, identity, name, verifiesName, versions, applicationProtocols, reloadPeriod, context);
  }

  /**
   * Disables the verification of names: accepts every certificate that leads to a trusted one.
   * Anyone who can obtain such a certificate for any name can then impersonate the server. Use this
   * only with a trust that contains exactly the certificates of your servers.
   *
   * @return the changed settings
   */
  public ClientTls withoutNameVerification() {
    return new ClientTls(
        trust, identity, serverName, false, versions, applicationProtocols, reloadPeriod, context);
  }

  /**
   * Sets the allowed versions of TLS.
   *
   * @param chosen the versions, at least one
   * @return the changed settings
   */
  public ClientTls withVersions(TlsVersion... chosen) {
    return new ClientTls(
        trust,
        identity,
        serverName,
        verifiesName,
        Set.of(chosen),
        applicationProtocols,
        reloadPeriod,
        context);
  }

  /**
   * Offers application protocols to the server (ALPN, RFC 7301), which selects one, see
   * {@link TlsInfo#applicationProtocol()}. A server that doesn't negotiate selects none.
   *
   * @param protocols the names, such as {@code mqtt}, in order of preference; 1 to 255 bytes each;
   *     none for no negotiation
   * @return the changed settings
   */
  public ClientTls withApplicationProtocols(String... protocols) {
    return new ClientTls(
        trust,
        identity,
        serverName,
        verifiesName,
        versions,
        List.of(protocols),
        reloadPeriod,
        context);
  }

  /**
   * Sets the minimum time between two checks of the files for changes.
   *
   * @param period the time; zero for no checks
   * @return the changed settings
   */
  public ClientTls withReloadPeriod(Duration period) {
    return new ClientTls(
        trust, identity, serverName, verifiesName, versions, applicationProtocols, period, context);
  }
}
