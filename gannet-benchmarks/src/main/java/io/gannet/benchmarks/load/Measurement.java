package io.gannet.benchmarks.load;

/** Counts messages after the warm-up. */
final class Measurement {

  private final LoadOptions options;
  private final Histogram latencies = new Histogram();
  private final Histogram delays = new Histogram();
  private final long latestBegin;
  private final long cpuAtStart;
  private long begin;
  private long end;
  private Meter from;
  private Meter to;
  private long messages;

  Measurement(LoadOptions options) {
    this.options = options;
    this.begin = System.nanoTime() + (long) (options.warmup() * 1e9);
    this.latestBegin = System.nanoTime() + (long) (options.warmup() * 5e9);
    this.cpuAtStart = Meter.read(options.server()).server();
  }

  /** Starts or ends the measurement when it is time. Returns whether it continues. */
  boolean goesOn() {
    long now = System.nanoTime();
    if (from == null && now >= begin && isWarm(now)) {
      latencies.clear();
      delays.clear();
      messages = 0;
      from = Meter.read(options.server());
      end = System.nanoTime() + (long) (options.seconds() * 1e9);
    } else if (from != null && to == null && now >= end) {
      to = Meter.read(options.server());
    }
    return to == null;
  }

  /**
   * Returns whether the server had the processor most of the time; otherwise the warm-up gets
   * longer.
   */
  private boolean isWarm(long now) {
    long had = Meter.read(options.server()).server() - cpuAtStart;
    if (options.keepsServerBusy() && had < options.warmup() * 0.8e9 && now < latestBegin) {
      begin = now + 50_000_000;
      return false;
    }
    return true;
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
