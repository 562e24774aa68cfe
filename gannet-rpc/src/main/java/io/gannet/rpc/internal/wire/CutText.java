package io.gannet.rpc.internal.wire;

/** Shortens texts for users to a limit. */
public final class CutText {

  private CutText() {}

  /**
   * {@return the text; if it is longer than the limit, its beginning and the number of omitted
   * characters}
   *
   * @param text the text
   * @param max the limit in characters, at least 64
   */
  public static String of(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    String rest = "... (%,d characters more)";
    int end = max - rest.length() - 12; // room for the number
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + rest.formatted(text.length() - end);
  }
}
