package io.gannet.transport;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whom to trust: the certificates that a peer's must lead to. Those in a file are read again when it
 * has changed; all can be replaced with {@link Server#updateTls} and {@link Client#updateTls}.
 */
public sealed interface TlsTrust {

  /** What the JDK trusts. */
  record SystemTrust() implements TlsTrust {

    /** {@return what it is} */
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
   * Certificates in PEM, as text.
   *
   * @param certificates at least one
   */
  record PemText(String certificates) implements TlsTrust {

    /** Checks the argument. */
    public PemText {
      Objects.requireNonNull(certificates, "certificates");
    }

    /** {@return what it is} */
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

    /** {@return what it is} */
    @Override
    public String toString() {
      return "the trust store given";
    }
  }

  /**
   * Whatever a trust manager accepts.
   *
   * @param manager decides
   */
  record FromTrustManager(X509TrustManager manager) implements TlsTrust {

    /** Checks the argument. */
    public FromTrustManager {
      Objects.requireNonNull(manager, "manager");
    }

    /** {@return what it is} */
    @Override
    public String toString() {
      return "the trust manager given";
    }
  }

  /** {@return the files that it is read from; none if it was given otherwise} */
  default List<Path> files() {
    return List.of();
  }

  /** {@return what the JDK trusts, as it was when the endpoint started} */
  static TlsTrust system() {
    return new SystemTrust();
  }

  /**
   * Trusts some certificates and what they have signed, and nothing else.
   *
   * @param file the file with the certificates
   * @return the trust
   */
  static TlsTrust pem(Path file) {
    return new PemFile(file);
  }

  /**
   * Trusts some certificates and what they have signed, and nothing else.
   *
   * @param certificates in PEM, at least one
   * @return the trust
   */
  static TlsTrust pemText(String certificates) {
    return new PemText(certificates);
  }

  /**
   * Trusts the certificates of a key store and what they have signed, and nothing else.
   *
   * @param store the store, already loaded
   * @return the trust
   */
  static TlsTrust keyStore(KeyStore store) {
    return new InKeyStore(store);
  }

  /**
   * Leaves the decision to a trust manager. A session that it has accepted is resumed without asking it
   * again, for up to an hour, unless {@code updateTls} has been called since.
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
   * @throws IllegalArgumentException if it has no trust manager for X.509
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
