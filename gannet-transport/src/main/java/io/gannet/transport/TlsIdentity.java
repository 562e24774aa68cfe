package io.gannet.transport;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its chain and private key, in files.
 *
 * @param format what the files are
 * @param certificates the certificate and those that lead from it to a root; or all, for {@link
 *     Format#PKCS12}
 * @param key the private key, or null for {@link Format#PKCS12}
 * @param password of the key, or null if it is not encrypted
 */
public record TlsIdentity(
    Format format, Path certificates, @Nullable Path key, @Nullable String password) {

  /** The formats of files. */
  public enum Format {
    /** Text between lines of dashes; the key as PKCS#8, encrypted or not. */
    PEM,
    /** A key store, usually with the extension {@code .p12} or {@code .pfx}. */
    PKCS12
  }

  /** Checks the arguments. */
  public TlsIdentity {
    Objects.requireNonNull(certificates, "certificates");
    if ((format == Format.PEM) != (key != null)) {
      throw new IllegalArgumentException("PEM needs a file for the key, PKCS12 has none");
    }
  }

  /**
   * A certificate and its key in PEM.
   *
   * @param certificates the file with the certificate first, then its chain
   * @param key the file with the key, {@code BEGIN PRIVATE KEY}
   * @return the identity
   */
  public static TlsIdentity pem(Path certificates, Path key) {
    return new TlsIdentity(Format.PEM, certificates, key, null);
  }

  /**
   * A certificate and its encrypted key in PEM.
   *
   * @param certificates the file with the certificate first, then its chain
   * @param key the file with the key, {@code BEGIN ENCRYPTED PRIVATE KEY}
   * @param password of the key
   * @return the identity
   */
  public static TlsIdentity pem(Path certificates, Path key, String password) {
    return new TlsIdentity(
        Format.PEM, certificates, key, Objects.requireNonNull(password, "password"));
  }

  /**
   * The first certificate with a key of a PKCS#12 key store.
   *
   * @param file the store
   * @param password of the store and the key
   * @return the identity
   */
  public static TlsIdentity pkcs12(Path file, String password) {
    return new TlsIdentity(Format.PKCS12, file, null, Objects.requireNonNull(password, "password"));
  }

  /** {@return the files, without the password} */
  @Override
  public String toString() {
    return key == null ? certificates.toString() : "%s with %s".formatted(certificates, key);
  }
}
