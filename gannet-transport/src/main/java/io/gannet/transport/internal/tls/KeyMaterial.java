package io.gannet.transport.internal.tls;

import io.gannet.transport.TlsIdentity;
import io.gannet.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A certificate with its chain and private key.
 *
 * @param chain the certificate first, then its chain
 * @param key the private key of the certificate
 */
record KeyMaterial(List<X509Certificate> chain, PrivateKey key) {

  private static final int DNS_NAME = 2;

  /**
   * Reads an identity.
   *
   * @throws TransportException if it can't be used, with the reason
   */
  static KeyMaterial read(TlsIdentity identity) {
    try {
      KeyMaterial read =
          switch (identity) {
            case TlsIdentity.PemFiles pem ->
                new KeyMaterial(
                    Pem.certificates(Pem.text(pem.certificates()), pem.certificates().toString()),
                    Pem.key(Pem.text(pem.key()), pem.password(), pem.key().toString()));
            case TlsIdentity.PemText pem ->
                new KeyMaterial(
                    Pem.certificates(pem.certificates(), "the text"),
                    Pem.key(pem.key(), pem.password(), "the text of the key"));
            case TlsIdentity.Pkcs12File file -> pkcs12(file.file(), file.password());
            case TlsIdentity.InKeyStore in -> first(in.store(), in.password());
            case TlsIdentity.FromKeyManager from ->
                throw new IllegalArgumentException("it chooses by itself: " + from);
          };
      read.check();
      return read;
    } catch (IOException | GeneralSecurityException e) {
      throw new TransportException("can't use %s: %s".formatted(identity, e), e);
    }
  }

  private static KeyMaterial pkcs12(Path file, String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
    }
    return first(store, password);
  }

  private static KeyMaterial first(KeyStore store, String password)
      throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      Certificate[] chain = store.getCertificateChain(alias);
      if (chain != null && store.getKey(alias, password.toCharArray()) instanceof PrivateKey key) {
        return new KeyMaterial(Arrays.stream(chain).map(X509Certificate.class::cast).toList(), key);
      }
    }
    throw new KeyStoreException("it contains no certificate with a private key");
  }

  /**
   * Checks that the key belongs to the certificate, because otherwise every handshake would fail.
   */
  private void check() throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> throw new InvalidKeyException("unsupported key type " + key.getAlgorithm());
        };
    byte[] probe = {1, 2, 3};
    boolean fits;
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(probe);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(chain.getFirst().getPublicKey());
      verifier.update(probe);
      fits = verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      fits = false; // a key of another algorithm
    }
    if (!fits) {
      throw new InvalidKeyException("the key does not belong to the certificate");
    }
  }

  /** {@return whether the certificate contains a name} */
  boolean hasName(String name) {
    return hasName(chain.getFirst(), name);
  }

  /** {@return whether a certificate contains a name among its DNS names (RFC 6125)} */
  static boolean hasName(X509Certificate certificate, String name) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (GeneralSecurityException e) {
      return false;
    }
    return names != null
        && names.stream()
            .anyMatch(
                entry -> entry.get(0).equals(DNS_NAME) && matches(entry.get(1).toString(), name));
  }

  /** {@return whether a DNS name of a certificate, possibly with an asterisk, matches a host} */
  static boolean matches(String pattern, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    String offered = pattern.toLowerCase(Locale.ROOT);
    if (!offered.startsWith("*.")) {
      return offered.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0 && wanted.substring(dot).equals(offered.substring(1)); // exactly one label
  }
}
