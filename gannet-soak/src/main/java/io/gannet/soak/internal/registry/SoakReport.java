package io.gannet.soak.internal.registry;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints the progress and the results of a soak, and counts the problems. Not thread-safe. */
final class SoakReport {

  private final PrintWriter out;
  private final long start = System.nanoTime();
  private int problems;

  SoakReport(PrintWriter out) {
    this.out = out;
  }

  /** Prints a line with the time since the start. */
  void line(String text) {
    out.println(String.format(Locale.ROOT, "%7.1f s  %s", (System.nanoTime() - start) / 1e9, text));
    out.flush();
  }

  /** Prints a result, and counts it as a problem unless it is fine. */
  void check(boolean fine, String text) {
    if (fine) {
      line(text);
    } else {
      problems++;
      line("WRONG: " + text);
    }
  }

  /**
   * Prints the last line.
   *
   * @return the exit code
   */
  int end() {
    out.println(problems == 0 ? "soak: ok" : "soak: failed, problems %d".formatted(problems));
    out.flush();
    return problems == 0 ? 0 : 1;
  }
}
