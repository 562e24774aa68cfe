package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import java.util.Set;

/**
 * One measurement.
 *
 * @param peer the server
 * @param cell the cell
 * @param round the round
 * @param messages the number of completed messages
 * @param nanos the duration
 * @param serverNanos processor time of the server
 * @param userShare the part of it outside the kernel
 * @param loadNanos processor time of the load generator
 * @param othersNanos processor time of other processes on the two cores
 * @param latency the latency of the messages
 * @param marks the reasons to doubt the measurement
 */
record Sample(
    Peers peer,
    Cell cell,
    int round,
    long messages,
    long nanos,
    long serverNanos,
    double userShare,
    long loadNanos,
    long othersNanos,
    Latency latency,
    Set<Mark> marks) {

  /**
   * Latencies in nanoseconds.
   *
   * @param median the median
   * @param p99 the 99th percentile
   * @param p999 the 99.9th percentile
   * @param max the maximum
   */
  record Latency(long median, long p99, long p999, long max) {}

  /** Returns the server's processor time per message in microseconds. */
  double microsPerMessage() {
    return messages == 0 ? Double.NaN : serverNanos / 1e3 / messages;
  }

  /** Returns whether other processes used the cores. */
  boolean isDisturbed() {
    return marks.contains(Mark.NOISY) || marks.contains(Mark.STOLEN);
  }

  double messagesPerSecond() {
    return messages * 1e9 / nanos;
  }

  double serverShare() {
    return (double) serverNanos / nanos;
  }

  double loadShare() {
    return (double) loadNanos / nanos;
  }
}
