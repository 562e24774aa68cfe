package io.gannet.testkit;

import java.util.HexFormat;

/** Bytes in hexadecimal notation, as in the description of a protocol. */
public final class Hex {
  private static final HexFormat PAIRS = HexFormat.ofDelimiter(" ");

  private Hex() {}

  /**
   * Parses bytes.
   *
   * @param text pairs of hexadecimal digits; white space is ignored, so {@code "00 01 ff"} and
   *     {@code "0001FF"} are the same
   * @return the bytes
   * @throws IllegalArgumentException if the text contains other characters, or an odd number of
   *     digits
   */
  public static byte[] bytes(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s+", ""));
  }

  /**
   * Formats bytes.
   *
   * @param bytes the bytes
   * @return pairs of hexadecimal digits with a space between them
   */
  public static String string(byte[] bytes) {
    return PAIRS.formatHex(bytes);
  }
}
