package io.gannet.transport.internal.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads PEM. */
final class Pem {

  private static final Pattern SECTION =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private Pem() {}

  private record Section(String label, String base64) {
    byte[] content() {
      return Base64.getMimeDecoder().decode(base64);
    }
  }

  private static List<Section> sections(String pem) {
    List<Section> result = new ArrayList<>();
    Matcher matcher = SECTION.matcher(pem);
    while (matcher.find()) {
      result.add(new Section(matcher.group(1), matcher.group(2)));
    }
    return result;
  }

  /** {@return the content of a file} */
  static String text(Path file) throws IOException {
    return Files.readString(file, ISO_8859_1);
  }

  /**
   * {@return the certificates in a text, at least one}
   *
   * @param where names the source of the text in errors
   */
  static List<X509Certificate> certificates(String pem, String where)
      throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> result = new ArrayList<>();
    for (Section section : sections(pem)) {
      if (section.label.equals("CERTIFICATE")) {
        result.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(section.content())));
      }
    }
    if (result.isEmpty()) {
      throw new CertificateException(where + " has no certificate in PEM");
    }
    return result;
  }

  /**
   * {@return the private key in a text}
   *
   * @param where names the source of the text in errors
   */
  static PrivateKey key(String pem, @Nullable String password, String where)
      throws IOException, GeneralSecurityException {
    for (Section section : sections(pem)) {
      switch (section.label) {
        case "PRIVATE KEY" -> {
          return key(new PKCS8EncodedKeySpec(section.content()));
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          if (password == null) {
            throw new InvalidKeyException(where + " is encrypted: set its password");
          }
          return key(decrypt(where, section.content(), password));
        }
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
            throw new InvalidKeyException(
                "%s has the old format %s: convert it with openssl pkcs8 -topk8"
                    .formatted(where, section.label));
        default -> {} // such as parameters or a certificate
      }
    }
    throw new InvalidKeyException(where + " has no private key in PEM");
  }

  private static PrivateKey key(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        // Try the next algorithm.
      }
    }
    throw new InvalidKeySpecException("the key's algorithm is not one of " + KEY_ALGORITHMS);
  }

  private static PKCS8EncodedKeySpec decrypt(String where, byte[] encrypted, String password)
      throws IOException, GeneralSecurityException {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
    // PBES2, the usual format today, has its actual algorithm in the parameters.
    String algorithm =
        info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13")
            ? info.getAlgParameters().toString()
            : info.getAlgName();
    try {
      Key key =
          SecretKeyFactory.getInstance(algorithm)
              .generateSecret(new PBEKeySpec(password.toCharArray()));
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
      return info.getKeySpec(cipher);
    } catch (InvalidKeySpecException e) {
      throw new InvalidKeyException("the password of %s is wrong".formatted(where), e);
    }
  }
}
