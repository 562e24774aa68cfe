package io.gannet.transport.internal.text;

import java.util.List;
import java.util.Locale;

/**
 * Tells by the name of a value whether it may be a secret, which must not get into a log. The values of other names
 * may be shown: without them, a log of metadata says little.
 */
public final class SecretNames {

  /** What names of secrets contain, without what separates their words. */
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

  /** What stands for the value of a secret. */
  private static final String MASK = "***";

  private SecretNames() {}

  /**
   * Shows a value unless it may be a secret.
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
