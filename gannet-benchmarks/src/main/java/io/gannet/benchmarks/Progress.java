package io.gannet.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Prints the progress, and the remaining time. */
final class Progress {

  private final double total;
  private final Instant started = Instant.now();
  private double done;

  /**
   * Starts to measure the progress.
   *
   * @param total the estimated duration in seconds
   */
  Progress(double total) {
    this.total = total;
  }

  void line(String text) {
    System.out.printf(
        Locale.ROOT,
        "[%3.0f%%, %s to go] %s%n",
        Math.min(100, 100 * done / total),
        duration(left()),
        text);
  }

  /**
   * Adds finished work.
   *
   * @param amount its part of the total
   */
  void done(double amount) {
    done += amount;
  }

  private double left() {
    if (done == 0) {
      return total;
    }
    double elapsed = Duration.between(started, Instant.now()).toMillis() / 1e3;
    return Math.max(0, total - done) * Math.max(elapsed / done, 0.1);
  }

  static String duration(double seconds) {
    Duration duration = Duration.ofSeconds(Math.round(seconds));
    return duration.toHours() > 0
        ? "%d:%02d h".formatted(duration.toHours(), duration.toMinutesPart())
        : "%d:%02d min".formatted(duration.toMinutes(), duration.toSecondsPart());
  }
}
