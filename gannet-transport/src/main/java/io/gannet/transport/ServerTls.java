package io.gannet.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a server encrypts. The files are looked at again while the server runs: what has changed serves
 * the connections that come later, and those that stand are not disturbed. Files that can't be used
 * are logged, and what was read before stays.
 *
 * @param identities the certificates to show. A client that asks for a name (SNI) gets the first that
 *     has the name, others get the first of all.
 * @param clients whether clients show a certificate
 * @param clientTrust the file with the certificates, in PEM, that those of clients must lead to; null
 *     if clients show none
 * @param versions what is spoken
 * @param reloadPeriod how often the files are looked at, at most; zero for never. They are looked at
 *     when a connection comes.
 */
public record ServerTls(
    List<TlsIdentity> identities,
    ClientCertificates clients,
    @Nullable Path clientTrust,
    Set<TlsVersion> versions,
    Duration reloadPeriod) {

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
    if (identities.isEmpty()) {
      throw new IllegalArgumentException("a server needs a certificate");
    }
    if ((clients == ClientCertificates.NONE) != (clientTrust == null)) {
      throw new IllegalArgumentException(
          "clientTrust says whom to trust when clients show certificates, and only then");
    }
    if (versions.isEmpty()) {
      throw new IllegalArgumentException("no version of TLS is left");
    }
    versions = Set.copyOf(versions);
    if (reloadPeriod.isNegative()) {
      throw new IllegalArgumentException("reloadPeriod must not be negative: " + reloadPeriod);
    }
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
        Duration.ofSeconds(10));
  }

  /**
   * Has every client show a certificate; see {@link TlsInfo#peerCertificates()}.
   *
   * @param trust the file with the certificates, in PEM, that it must lead to
   * @return the changed settings
   */
  public ServerTls withClientCertificates(Path trust) {
    return new ServerTls(identities, ClientCertificates.REQUIRED, trust, versions, reloadPeriod);
  }

  /**
   * Lets clients show a certificate.
   *
   * @param trust the file with the certificates, in PEM, that it must lead to
   * @return the changed settings
   */
  public ServerTls withOptionalClientCertificates(Path trust) {
    return new ServerTls(identities, ClientCertificates.OPTIONAL, trust, versions, reloadPeriod);
  }

  /**
   * Chooses the versions.
   *
   * @param chosen at least one
   * @return the changed settings
   */
  public ServerTls withVersions(TlsVersion... chosen) {
    return new ServerTls(identities, clients, clientTrust, Set.of(chosen), reloadPeriod);
  }

  /**
   * Chooses how often the files are looked at.
   *
   * @param period zero for never
   * @return the changed settings
   */
  public ServerTls withReloadPeriod(Duration period) {
    return new ServerTls(identities, clients, clientTrust, versions, period);
  }
}
