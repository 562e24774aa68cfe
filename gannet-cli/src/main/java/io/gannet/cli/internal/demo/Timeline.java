package io.gannet.cli.internal.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/** Prints what happens, with the time since the start. Safe for use by any number of threads. */
final class Timeline {

  private final PrintWriter out;
  private final ReentrantLock printing = new ReentrantLock();
  private final long start = System.nanoTime();

  Timeline(PrintWriter out) {
    this.out = out;
  }

  /**
   * Prints an event.
   *
   * @param who whom it happened to
   * @param what what happened
   */
  void event(String who, String what) {
    // One at a time, so that time never goes back from one line to the next.
    printing.lock();
    try {
      double seconds = (System.nanoTime() - start) / 1e9;
      line(String.format(Locale.ROOT, "%7.3f s  %-9s  %s", seconds, who, what));
    } finally {
      printing.unlock();
    }
  }

  /**
   * Prints a line without a time.
   *
   * @param text the line
   */
  void line(String text) {
    out.println(text);
    out.flush();
  }
}
