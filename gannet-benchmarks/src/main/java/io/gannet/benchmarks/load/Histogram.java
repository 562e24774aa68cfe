package io.gannet.benchmarks.load;

import java.util.Arrays;

/** A histogram of durations in nanoseconds, with buckets narrower than one percent. */
final class Histogram {

  private static final int SUB_BITS = 7;
  private static final int SUB = 1 << SUB_BITS;

  private final long[] counts = new long[(64 - SUB_BITS + 1) * SUB];
  private long total;
  private long max;

  void add(long nanos) {
    long value = Math.max(0, nanos);
    int shift = 63 - Long.numberOfLeadingZeros(value | SUB) - SUB_BITS;
    counts[(shift << SUB_BITS) + (int) (value >>> shift)]++;
    total++;
    max = Math.max(max, value);
  }

  void clear() {
    Arrays.fill(counts, 0);
    total = 0;
    max = 0;
  }

  long at(double share) {
    long wanted = (long) Math.ceil(share * total);
    long seen = 0;
    for (int i = 0; i < counts.length && wanted > 0; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        int shift = i < 2 * SUB ? 0 : (i >>> SUB_BITS) - 1;
        return ((long) (i - (shift << SUB_BITS)) << shift) + (1L << shift) / 2;
      }
    }
    return 0;
  }

  void print(String name) {
    System.out.println(
        "%s %d %d %d %d %d %d".formatted(name, total, at(0.5), at(0.9), at(0.99), at(0.999), max));
  }
}
