package io.gannet.cli.internal.echo;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;

/**
 * How long answers took. Each thread that records has a histogram of its own, so that none waits for
 * another; there are few, because answers come on I/O threads.
 */
final class Latencies {

  /** Three digits: 1.23 ms is never mistaken for 1.24 ms. */
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

  /** {@return all of them together; nobody may record any more} */
  Histogram total() {
    Histogram total = new Histogram(DIGITS);
    total.setAutoResize(true);
    all.forEach(total::add);
    return total;
  }
}
