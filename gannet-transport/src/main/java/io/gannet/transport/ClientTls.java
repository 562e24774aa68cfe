package io.gannet.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a client encrypts, and whom it trusts. The server's certificate must lead to one that is
 * trusted and have the name that the client connects to; there is no way to trust everybody. The
 * files are looked at again as those of {@link ServerTls} are.
 *
 * @param trust the file with the certificates, in PEM, that the server's must lead to; null for those
 *     that the JDK trusts
 * @param identity what to show to a server that asks; null for nothing
 * @param serverName the name to ask for (SNI) and to verify; null for the one connected to
 * @param verifiesName whether the certificate must have that name
 * @param versions what is spoken
 * @param reloadPeriod how often the files are looked at, at most; zero for never
 */
public record ClientTls(
    @Nullable Path trust,
    @Nullable TlsIdentity identity,
    @Nullable String serverName,
    boolean verifiesName,
    Set<TlsVersion> versions,
    Duration reloadPeriod) {

  /** Checks and copies the arguments. */
  public ClientTls {
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("no version of TLS is left");
    }
    versions = Set.copyOf(versions);
    if (reloadPeriod.isNegative()) {
      throw new IllegalArgumentException("reloadPeriod must not be negative: " + reloadPeriod);
    }
  }

  /**
   * {@return trusts what the JDK trusts; TLS 1.2 and 1.3; files are looked at every 10 s}
   */
  public static ClientTls systemTrust() {
    return new ClientTls(
        null, null, null, true, EnumSet.allOf(TlsVersion.class), Duration.ofSeconds(10));
  }

  /**
   * Trusts some certificates and what they have signed, and nothing else.
   *
   * @param pem the file with the certificates
   * @return the settings
   */
  public static ClientTls trusting(Path pem) {
    ClientTls system = systemTrust();
    return new ClientTls(
        Objects.requireNonNull(pem, "pem"), null, null, true, system.versions, system.reloadPeriod);
  }

  /**
   * Shows a certificate to servers that ask.
   *
   * @param shown the certificate
   * @return the changed settings
   */
  public ClientTls withIdentity(TlsIdentity shown) {
    return new ClientTls(trust, shown, serverName, verifiesName, versions, reloadPeriod);
  }

  /**
   * Asks for, and verifies, another name than the one connected to.
   *
   * @param name the name
   * @return the changed settings
   */
  public ClientTls withServerName(String name) {
    return new ClientTls(trust, identity, name, verifiesName, versions, reloadPeriod);
  }

  /**
   * Accepts a certificate for any name, as long as it leads to one that is trusted. Whoever can get a
   * certificate from there for whatever name can then play the server: only for a trust that contains
   * the very certificates of the servers meant.
   *
   * @return the changed settings
   */
  public ClientTls withoutNameVerification() {
    return new ClientTls(trust, identity, serverName, false, versions, reloadPeriod);
  }

  /**
   * Chooses the versions.
   *
   * @param chosen at least one
   * @return the changed settings
   */
  public ClientTls withVersions(TlsVersion... chosen) {
    return new ClientTls(trust, identity, serverName, verifiesName, Set.of(chosen), reloadPeriod);
  }

  /**
   * Chooses how often the files are looked at.
   *
   * @param period zero for never
   * @return the changed settings
   */
  public ClientTls withReloadPeriod(Duration period) {
    return new ClientTls(trust, identity, serverName, verifiesName, versions, period);
  }
}
