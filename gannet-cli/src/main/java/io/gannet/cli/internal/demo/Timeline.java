package io.gannet.cli.internal.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/** Prints events with the time since the start. Safe for use by any number of threads. */
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
   * @param who the subject of the event
   * @param what the event
   */
  void event(String who, String what) {
    // Prints one event at a time, so that the times never decrease.
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
