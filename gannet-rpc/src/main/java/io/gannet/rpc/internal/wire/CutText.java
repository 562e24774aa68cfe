package io.gannet.rpc.internal.wire;

/** Texts for people that may be longer than there is room for. */
public final class CutText {

  private CutText() {}

  /**
   * {@return a text, or its beginning and how much more there is}
   *
   * @param text the text
   * @param max how many characters there is room for, at least 64
   */
  public static String of(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    String rest = "... (%,d characters more)";
    int end = max - rest.length() - 12; // which is enough for the number
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + rest.formatted(text.length() - end);
  }
}
