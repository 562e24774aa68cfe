package io.gannet.cli.internal.common;

/** Makes text of strangers fit for a terminal. */
public final class Printable {

  private Printable() {}

  /**
   * Replaces what would move the cursor, change colours, or turn the direction of the text.
   *
   * @param text whatever somebody has written
   * @return one line without control and format characters
   */
  public static String text(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints().forEach(c -> safe.appendCodePoint(isPlain(c) ? c : '?'));
    return safe.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
