package io.gannet.transport.internal.text;

import java.util.List;
import java.util.Locale;

/**
 * Recognises by the name of a value whether it may be a secret, which must not be logged. Other
 * values are shown, because a log of metadata without values is of little use.
 */
public final class SecretNames {

  /** The parts that names of secrets contain, without separators. */
  private static final List<String> PARTS =
      List.of(
          "authorization",
          "authentication",
          "cookie",
          "credential",
          "passphrase",
          "passwd",
          "password",
          "secret",
          "token",
          "apikey",
          "accesskey",
          "privatekey",
          "signature",
          "sessionid",
          "jwt");

  /** The text in place of a secret. */
  private static final String MASK = "***";

  private SecretNames() {}

  /**
   * Returns a value unless it may be a secret.
   *
   * @param name its name
   * @param value the value
   * @return the value, or three asterisks
   */
  public static String mask(String name, String value) {
    String words = name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    return PARTS.stream().anyMatch(words::contains) ? MASK : value;
  }
}
