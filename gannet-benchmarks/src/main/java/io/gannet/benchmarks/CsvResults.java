package io.gannet.benchmarks;

import java.util.Locale;

/** All measurements of processor time as CSV. */
final class CsvResults {

  private CsvResults() {}

  static String write(Results results) {
    StringBuilder csv =
        new StringBuilder(
            "cell,peer,round,micros_per_message,user_share,messages_per_second,p50_micros,p99_micros,p999_micros,server_share,load_share,marks\n");
    for (Sample sample : results.samples()) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,%.4f,%.3f,%.0f,%.1f,%.1f,%.1f,%.3f,%.3f,%s%n",
              sample.cell().id(),
              sample.peer().id(),
              sample.round(),
              sample.microsPerMessage(),
              sample.userShare(),
              sample.messagesPerSecond(),
              sample.latency().median() / 1e3,
              sample.latency().p99() / 1e3,
              sample.latency().p999() / 1e3,
              sample.serverShare(),
              sample.loadShare(),
              Report.letters(sample.marks())));
    }
    return csv.toString();
  }
}
