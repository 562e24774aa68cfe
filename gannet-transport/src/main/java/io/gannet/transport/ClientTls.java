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
 * How a client encrypts, and whom it trusts. The server's certificate must lead to one that is
 * trusted and have the name that the client connects to; there is no way to trust everybody. The
 * files are looked at again as those of {@link ServerTls} are.
 *
 * @param trust what the server's certificate must lead to; not used if a context says it
 * @param identity what to show to a server that asks; null for nothing, or if a context has it
 * @param serverName the name to ask for (SNI) and to verify; null for the one connected to. A dot at its
 *     end is not part of it; a name that SNI doesn't allow, such as {@code my_host} or an address, is
 *     verified only.
 * @param verifiesName whether the certificate must have that name
 * @param versions what is spoken
 * @param applicationProtocols the protocols to offer (ALPN, RFC 7301), the preferred first; empty for
 *     not negotiating
 * @param reloadPeriod how often the files are looked at, at most; zero for never
 * @param context has trust and certificate, instead of this; or null
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

  /** Checks and copies the arguments. */
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
   * {@return trusts what the JDK trusts; TLS 1.2 and 1.3; files are looked at every 10 s}
   */
  public static ClientTls systemTrust() {
    return trusting(TlsTrust.system());
  }

  /**
   * Trusts some certificates and what they have signed, and nothing else.
   *
   * @param pem the file with the certificates
   * @return the settings
   */
  public static ClientTls trusting(Path pem) {
    return trusting(TlsTrust.pem(pem));
  }

  /**
   * Trusts as chosen. TLS 1.2 and 1.3; files are looked at every 10 s.
   *
   * @param trust what the server's certificate must lead to
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
   * Encrypts with a context that is there already, on the JDK's engine. The context keeps the TLS
   * sessions that may be resumed; new material needs a new context, see {@link Client#updateTls}.
   *
   * @param context has trust and, if servers ask for one, the certificate to show
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
   * Shows a certificate to servers that ask.
   *
   * @param shown the certificate
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
   * Asks for, and verifies, another name than the one connected to.
   *
   * @param name the name
   * @return the changed settings
   */
  public ClientTls withServerName(String name) {
    return new ClientTls(
        trust, identity, name, verifiesName, versions, applicationProtocols, reloadPeriod, context);
  }

  /**
   * Accepts a certificate for any name, as long as it leads to one that is trusted. Whoever can get a
   * certificate from there for whatever name can then play the server: only for a trust that contains
   * the very certificates of the servers meant.
   *
   * @return the changed settings
   */
  public ClientTls withoutNameVerification() {
    return new ClientTls(
        trust, identity, serverName, false, versions, applicationProtocols, reloadPeriod, context);
  }

  /**
   * Chooses the versions.
   *
   * @param chosen at least one
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
   * Offers protocols above TLS to the server (ALPN, RFC 7301), which chooses one; see {@link
   * TlsInfo#applicationProtocol()}. A server that doesn't negotiate chooses none.
   *
   * @param protocols such as {@code mqtt}, the preferred first; 1 to 255 bytes each; none for not
   *     negotiating
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
   * Chooses how often the files are looked at.
   *
   * @param period zero for never
   * @return the changed settings
   */
  public ClientTls withReloadPeriod(Duration period) {
    return new ClientTls(
        trust, identity, serverName, verifiesName, versions, applicationProtocols, period, context);
  }
}
