package io.gannet.transport;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificates that a peer's certificate must lead to. A file is reloaded when it changes.
 * Every trust can be replaced with {@link Server#updateTls} and {@link Client#updateTls}.
 */
public sealed interface TlsTrust {

  /** The certificates that the JDK trusts. */
  record SystemTrust() implements TlsTrust {

    /** {@return a description} */
    @Override
    public String toString() {
      return "the JDK's trust store";
    }
  }

  /**
   * The certificates of a PEM file.
   *
   * @param file the file
   */
  record PemFile(Path file) implements TlsTrust {

    /** Checks the argument. */
    public PemFile {
      Objects.requireNonNull(file, "file");
    }

    @Override
    public List<Path> files() {
      return List.of(file);
    }

    /** {@return the file} */
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * Certificates in PEM text.
   *
   * @param certificates the certificates, at least one
   */
  record PemText(String certificates) implements TlsTrust {

    /** Checks the argument. */
    public PemText {
      Objects.requireNonNull(certificates, "certificates");
    }

    /** {@return a description} */
    @Override
    public String toString() {
      return "the trusted certificates given as text";
    }
  }

  /**
   * The certificates of a key store.
   *
   * @param store the store, already loaded
   */
  record InKeyStore(KeyStore store) implements TlsTrust {

    /** Checks the argument. */
    public InKeyStore {
      Objects.requireNonNull(store, "store");
    }

    /** {@return a description} */
    @Override
    public String toString() {
      return "the trust store given";
    }
  }

  /**
   * The certificates that a trust manager accepts.
   *
   * @param manager decides about certificates
   */
  record FromTrustManager(X509TrustManager manager) implements TlsTrust {

    /** Checks the argument. */
    public FromTrustManager {
      Objects.requireNonNull(manager, "manager");
    }

    /** {@return a description} */
    @Override
    public String toString() {
      return "the trust manager given";
    }
  }

  /** {@return the files that the trust is read from; empty if it isn't read from files} */
  default List<Path> files() {
    return List.of();
  }

  /** {@return the certificates that the JDK trusts when the endpoint starts} */
  static TlsTrust system() {
    return new SystemTrust();
  }

  /**
   * Trusts only the certificates in a file and those that they have signed.
   *
   * @param file the file with the certificates
   * @return the trust
   */
  static TlsTrust pem(Path file) {
    return new PemFile(file);
  }

  /**
   * Trusts only the given certificates and those that they have signed.
   *
   * @param certificates the certificates in PEM, at least one
   * @return the trust
   */
  static TlsTrust pemText(String certificates) {
    return new PemText(certificates);
  }

  /**
   * Trusts only the certificates in a key store and those that they have signed.
   *
   * @param store the store, already loaded
   * @return the trust
   */
  static TlsTrust keyStore(KeyStore store) {
    return new InKeyStore(store);
  }

  /**
   * Leaves the decision to a trust manager. A TLS session that it has accepted can be resumed
   * without asking it again, for up to an hour, unless {@code updateTls} is called.
   *
   * @param manager the trust manager
   * @return the trust
   */
  static TlsTrust trustManager(X509TrustManager manager) {
    return new FromTrustManager(manager);
  }

  /**
   * Leaves the decision to the first X.509 trust manager of a factory.
   *
   * @param factory the factory, already initialised
   * @return the trust
   * @throws IllegalArgumentException if the factory has no trust manager for X.509
   */
  static TlsTrust trustManager(TrustManagerFactory factory) {
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return new FromTrustManager(x509);
      }
    }
    throw new IllegalArgumentException("the factory has no trust manager for X.509: " + factory);
  }
}
