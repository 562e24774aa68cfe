package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import java.util.Set;

/**
 * One measurement.
 *
 * @param peer of whom
 * @param cell of what
 * @param round in which round
 * @param messages how many were completed
 * @param nanos in how long
 * @param serverNanos processor time of the server
 * @param userShare the part of it that was spent outside the kernel
 * @param loadNanos processor time of the load generator
 * @param othersNanos processor time that others took on the two cores
 * @param latency of the messages
 * @param marks what is wrong with it
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
   * Durations in nanoseconds.
   *
   * @param median half took no longer
   * @param p99 99 of 100 took no longer
   * @param p999 999 of 1000 took no longer
   * @param max the longest
   */
  record Latency(long median, long p99, long p999, long max) {}

  /** The processor time of the server for one message, in microseconds. */
  double microsPerMessage() {
    return messages == 0 ? Double.NaN : serverNanos / 1e3 / messages;
  }

  /** Whether others took the cores. */
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
