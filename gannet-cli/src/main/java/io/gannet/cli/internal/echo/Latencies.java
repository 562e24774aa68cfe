package io.gannet.cli.internal.echo;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;

/**
 * The latencies of answers. Each recording thread has its own histogram, so that threads never
 * contend. There are few of them, because answers arrive on I/O threads.
 */
final class Latencies {

  /** Three significant digits, which tell 1.23 ms from 1.24 ms. */
  private static final int DIGITS = 3;

  private final Queue<Histogram> all = new ConcurrentLinkedQueue<>();
  private final ThreadLocal<Histogram> mine =
      ThreadLocal.withInitial(() -> {
        Histogram histogram = new Histogram(DIGITS);
        histogram.setAutoResize(true);
        all.add(histogram);
        return histogram;
      });

  void record(long nanos) {
    mine.get().recordValue(Math.max(nanos, 0));
  }

  /** {@return the sum of all histograms; no thread may record any longer} */
  Histogram total() {
    Histogram total = new Histogram(DIGITS);
    total.setAutoResize(true);
    all.forEach(total::add);
    return total;
  }
}
