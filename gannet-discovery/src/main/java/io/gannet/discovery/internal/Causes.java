package io.gannet.discovery.internal;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Describes failures. */
final class Causes {

  private Causes() {}

  /** {@return the actual failure, without the wrappers of futures} */
  static @Nullable Throwable unwrapped(@Nullable Throwable error) {
    Throwable cause = error;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The maximum length of a server's text in a description. */
  private static final int MAX_LENGTH = 2_000;

  /** {@return the chain of causes on one line, without characters that a terminal interprets} */
  static String describe(@Nullable Throwable error) {
    StringBuilder line = new StringBuilder();
    for (Throwable cause = unwrapped(error); cause != null; cause = cause.getCause()) {
      String what = cause.toString();
      if (line.indexOf(what) < 0) {
        line.append(line.isEmpty() ? "" : ", because of ").append(what);
      }
    }
    String text =
        line.length() <= MAX_LENGTH ? line.toString() : line.substring(0, MAX_LENGTH) + "…";
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }
}
