package io.gannet.testkit;

import java.util.HexFormat;

/** Bytes as people write them in a protocol's description. */
public final class Hex {
  private static final HexFormat PAIRS = HexFormat.ofDelimiter(" ");

  private Hex() {}

  /**
   * Reads bytes.
   *
   * @param text pairs of hexadecimal digits; white space counts for nothing, so {@code "00 01 ff"} and {@code "0001FF"}
   *     are the same
   * @return the bytes
   * @throws IllegalArgumentException if anything else stands in the text, or half a byte
   */
  public static byte[] bytes(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s+", ""));
  }

  /**
   * Shows bytes.
   *
   * @param bytes the bytes
   * @return pairs of hexadecimal digits with a space between them
   */
  public static String string(byte[] bytes) {
    return PAIRS.formatHex(bytes);
  }
}
