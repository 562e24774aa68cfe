package io.gannet.benchmarks.load;

/** Counts messages, and measures between the end of the warm-up and the end. */
final class Measurement {

  private final LoadOptions options;
  private final Histogram latencies = new Histogram();
  private final Histogram delays = new Histogram();
  private final long begin;
  private final long end;
  private Meter from;
  private Meter to;
  private long messages;

  Measurement(LoadOptions options) {
    this.options = options;
    this.begin = System.nanoTime() + (long) (options.warmup() * 1e9);
    this.end = begin + (long) (options.seconds() * 1e9);
  }

  /** Begins to measure, or stops, when it is time; tells whether it goes on. */
  boolean goesOn() {
    long now = System.nanoTime();
    if (from == null && now >= begin) {
      latencies.clear();
      delays.clear();
      messages = 0;
      from = Meter.read(options.server());
    } else if (from != null && to == null && now >= end) {
      to = Meter.read(options.server());
    }
    return to == null;
  }

  void messages(long count) {
    messages += count;
  }

  void latency(long nanos) {
    latencies.add(nanos);
  }

  void delay(long nanos) {
    delays.add(nanos);
  }

  void print() {
    System.out.println("messages " + messages);
    Meter.print(from, to);
    latencies.print("latencyNs");
    delays.print("delayNs");
  }
}
