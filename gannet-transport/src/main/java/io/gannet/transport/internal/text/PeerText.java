package io.gannet.transport.internal.text;

/**
 * Makes text from a peer safe for a log line, so that a peer can't forge lines, change colours of a
 * terminal or fill a disk.
 */
public final class PeerText {

  /** The maximum number of characters of the peer's text that are shown. */
  public static final int MAX_CHARACTERS = 256;

  private PeerText() {}

  /**
   * Escapes and truncates a text.
   *
   * @param text the peer's text
   * @return at most {@value #MAX_CHARACTERS} of its characters, unprintable ones as an escape
   *     sequence of Java, followed by three dots if it was truncated
   */
  public static String escape(CharSequence text) {
    int shown = Math.min(text.length(), MAX_CHARACTERS);
    if (shown < text.length() && Character.isHighSurrogate(text.charAt(shown - 1))) {
      shown--;
    }
    StringBuilder result = new StringBuilder(shown + 16);
    for (int i = 0; i < shown; ) {
      int character = Character.codePointAt(text, i);
      int chars = Character.charCount(character);
      append(result, character);
      i += chars;
    }
    if (shown < text.length()) {
      result.append("...");
    }
    return result.toString();
  }

  private static void append(StringBuilder result, int character) {
    switch (character) {
      case '\n' -> result.append("\\n");
      case '\r' -> result.append("\\r");
      case '\t' -> result.append("\\t");
      case '\\' -> result.append("\\\\");
      default -> {
        if (isPrintable(character)) {
          result.appendCodePoint(character);
        } else {
          for (char unit : Character.toChars(character)) {
            result.append("\\u").append(hex4(unit));
          }
        }
      }
    }
  }

  /**
   * Returns whether a character may appear in a log line unescaped. Format characters may not,
   * because some of them reverse the direction of the following text.
   *
   * @param character a code point
   * @return whether it may appear
   */
  public static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static String hex4(char unit) {
    String digits = Integer.toHexString(unit);
    return "0".repeat(4 - digits.length()) + digits;
  }
}
