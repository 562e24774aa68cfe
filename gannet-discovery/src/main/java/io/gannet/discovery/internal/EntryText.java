package io.gannet.discovery.internal;

import io.gannet.transport.internal.text.PeerText;

/** Makes what somebody has written into a registry fit for a log. */
final class EntryText {

  /** How much of it is shown, in characters. */
  static final int MAX_CHARACTERS = 300;

  private EntryText() {}

  /** {@return the text in one line, cut if it is long, with a question mark for what isn't printed} */
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
