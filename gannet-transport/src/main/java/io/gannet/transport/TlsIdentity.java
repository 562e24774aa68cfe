package io.gannet.transport;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its chain and private key. Files are reloaded when they change. All identities
 * can be replaced with {@link Server#updateTls} and {@link Client#updateTls}.
 */
public sealed interface TlsIdentity {

  /**
   * An identity in PEM files.
   *
   * @param certificates the file with the certificate first, then its chain up to a root
   * @param key the file with the key in PKCS#8
   * @param password the password of the key, or null if it is not encrypted
   */
  record PemFiles(Path certificates, Path key, @Nullable String password) implements TlsIdentity {

    /** Checks the arguments. */
    public PemFiles {
      Objects.requireNonNull(certificates, "certificates");
      Objects.requireNonNull(key, "key");
    }

    @Override
    public List<Path> files() {
      return List.of(certificates, key);
    }

    /** {@return the files, without the password} */
    @Override
    public String toString() {
      return "%s with %s".formatted(certificates, key);
    }
  }

  /**
   * An identity in a PKCS#12 file, usually with the extension {@code .p12} or {@code .pfx}.
   *
   * @param file the store
   * @param password the password of the store and the key
   */
  record Pkcs12File(Path file, String password) implements TlsIdentity {

    /** Checks the arguments. */
    public Pkcs12File {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(password, "password");
    }

    @Override
    public List<Path> files() {
      return List.of(file);
    }

    /** {@return the file, without the password} */
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * An identity in PEM text.
   *
   * @param certificates the certificate first, then its chain up to a root
   * @param key the key in PKCS#8
   * @param password the password of the key, or null if it is not encrypted
   */
  record PemText(String certificates, String key, @Nullable String password)
      implements TlsIdentity {

    /** Checks the arguments. */
    public PemText {
      Objects.requireNonNull(certificates, "certificates");
      Objects.requireNonNull(key, "key");
    }

    /** {@return a description without the key} */
    @Override
    public String toString() {
      return "the certificate given as text";
    }
  }

  /**
   * The first certificate with a private key in a key store.
   *
   * @param store the store, already loaded
   * @param password the password of the key
   */
  record InKeyStore(KeyStore store, String password) implements TlsIdentity {

    /** Checks the arguments. */
    public InKeyStore {
      Objects.requireNonNull(store, "store");
      Objects.requireNonNull(password, "password");
    }

    /** {@return a description without the password} */
    @Override
    public String toString() {
      return "the key store given";
    }
  }

  /**
   * The certificate that a key manager selects.
   *
   * @param manager selects the certificate, also by the name that a client requests
   */
  record FromKeyManager(X509KeyManager manager) implements TlsIdentity {

    /** Checks the argument. */
    public FromKeyManager {
      Objects.requireNonNull(manager, "manager");
    }

    /** {@return a description} */
    @Override
    public String toString() {
      return "the key manager given";
    }
  }

  /** {@return the files that the identity is read from; empty if it isn't read from files} */
  default List<Path> files() {
    return List.of();
  }

  /**
   * Returns a certificate and its key in PEM files.
   *
   * @param certificates the file with the certificate first, then its chain
   * @param key the file with the key, {@code BEGIN PRIVATE KEY}
   * @return the identity
   */
  static TlsIdentity pem(Path certificates, Path key) {
    return new PemFiles(certificates, key, null);
  }

  /**
   * Returns a certificate and its encrypted key in PEM files.
   *
   * @param certificates the file with the certificate first, then its chain
   * @param key the file with the key, {@code BEGIN ENCRYPTED PRIVATE KEY}
   * @param password the password of the key
   * @return the identity
   */
  static TlsIdentity pem(Path certificates, Path key, String password) {
    return new PemFiles(certificates, key, Objects.requireNonNull(password, "password"));
  }

  /**
   * Returns the first certificate with a key in a PKCS#12 file.
   *
   * @param file the store
   * @param password the password of the store and the key
   * @return the identity
   */
  static TlsIdentity pkcs12(Path file, String password) {
    return new Pkcs12File(file, password);
  }

  /**
   * Returns a certificate and its key in PEM text.
   *
   * @param certificates the certificate first, then its chain
   * @param key the key, {@code BEGIN PRIVATE KEY}
   * @return the identity
   */
  static TlsIdentity pemText(String certificates, String key) {
    return new PemText(certificates, key, null);
  }

  /**
   * Returns a certificate and its encrypted key in PEM text.
   *
   * @param certificates the certificate first, then its chain
   * @param key the key, {@code BEGIN ENCRYPTED PRIVATE KEY}
   * @param password the password of the key
   * @return the identity
   */
  static TlsIdentity pemText(String certificates, String key, String password) {
    return new PemText(certificates, key, Objects.requireNonNull(password, "password"));
  }

  /**
   * Returns the first certificate with a private key in a key store.
   *
   * @param store the store, already loaded
   * @param password the password of the key
   * @return the identity
   */
  static TlsIdentity keyStore(KeyStore store, String password) {
    return new InKeyStore(store, password);
  }

  /**
   * Returns the certificate that a key manager selects. A server can't have other identities with
   * it.
   *
   * @param manager the key manager
   * @return the identity
   */
  static TlsIdentity keyManager(X509KeyManager manager) {
    return new FromKeyManager(manager);
  }

  /**
   * Returns the certificate that the first X.509 key manager of a factory selects. A server can't
   * have other identities with it.
   *
   * @param factory the factory, already initialised
   * @return the identity
   * @throws IllegalArgumentException if the factory has no key manager for X.509
   */
  static TlsIdentity keyManager(KeyManagerFactory factory) {
    for (KeyManager manager : factory.getKeyManagers()) {
      if (manager instanceof X509KeyManager x509) {
        return new FromKeyManager(x509);
      }
    }
    throw new IllegalArgumentException("the factory has no key manager for X.509: " + factory);
  }
}
