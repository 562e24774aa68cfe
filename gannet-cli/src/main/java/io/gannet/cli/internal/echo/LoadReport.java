package io.gannet.cli.internal.echo;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * The results of a run.
 *
 * @param plan the plan of the run
 * @param answered received answers
 * @param mismatched answers that differed from the expected one
 * @param lost requests without an answer
 * @param unsent requests not sent
 * @param nanos the duration from the first request to the last answer
 * @param bytesOut bytes on the wire
 * @param bytesIn bytes on the wire
 * @param latency the latencies in nanoseconds
 * @param troubles the failures, and the number of connections that each occurred on
 */
record LoadReport(
    LoadPlan plan,
    long answered,
    long mismatched,
    long lost,
    long unsent,
    long nanos,
    long bytesOut,
    long bytesIn,
    Histogram latency,
    Map<String, Integer> troubles) {

  long errors() {
    return mismatched + lost + unsent;
  }

  String describe() {
    StringBuilder text = new StringBuilder();
    double seconds = nanos / 1e9;
    text.append("messages %d, errors %d%n".formatted(answered, errors()));
    if (errors() > 0) {
      text.append("errors   %d wrong, %d lost, %d not sent%n".formatted(mismatched, lost, unsent));
    }
    new TreeMap<>(troubles)
        .forEach((trouble, connections) ->
            text.append("         %d connections: %s%n".formatted(connections, trouble)));
    text.append(String.format(Locale.ROOT, "seconds  %.3f%n", seconds));
    text.append(
        String.format(
            Locale.ROOT, "rate     %.0f messages/s%n", seconds > 0 ? answered / seconds : 0));
    text.append("bytes    %d out, %d in%n".formatted(bytesOut, bytesIn));
    text.append(
        String.format(
            Locale.ROOT,
            "latency  p50 %s, p99 %s, p99.9 %s, max %s%s",
            percentile(50),
            percentile(99),
            percentile(99.9),
            milliseconds(latency.getMaxValue()),
            plan.rate() == 0 ? "" : ", from the time when each was due"));
    return text.toString();
  }

  private String percentile(double percentile) {
    return milliseconds(latency.getValueAtPercentile(percentile));
  }

  private static String milliseconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
  }
}
