package io.gannet.discovery.internal;

import io.gannet.transport.internal.text.PeerText;

/** Makes text from registry entries safe for logs. */
final class EntryText {

  /** The maximum length in characters. */
  static final int MAX_CHARACTERS = 300;

  private EntryText() {}

  /**
   * {@return the text on one line, truncated, with a question mark for each unprintable character}
   */
  static String of(String text) {
    StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_CHARACTERS) + 3);
    text.codePoints()
        .limit(MAX_CHARACTERS)
        .forEach(c -> safe.appendCodePoint(PeerText.isPrintable(c) ? c : '?'));
    return text.codePointCount(0, text.length()) > MAX_CHARACTERS
        ? safe.append("...").toString()
        : safe.toString();
  }
}
