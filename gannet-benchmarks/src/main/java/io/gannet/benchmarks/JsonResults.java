package io.gannet.benchmarks;

import java.util.Locale;
import java.util.Map;

/** All measurements as JSON. */
final class JsonResults {

  private final Results results;
  private final Machine machine;
  private final String command;
  private final StringBuilder json = new StringBuilder();

  JsonResults(Results results, Machine machine, String command) {
    this.results = results;
    this.machine = machine;
    this.command = command;
  }

  String write() {
    json.append("{\n\"command\": ").append(text(command)).append(",\n");
    object("machine", machine.facts());
    object("libraries", machine.libraries());
    json.append("\"samples\": [");
    String separator = "\n";
    for (Sample sample : results.samples()) {
      json.append(separator).append(sample(sample));
      separator = ",\n";
    }
    json.append("\n],\n\"memory\": [");
    separator = "\n";
    for (MemorySample sample : results.memory()) {
      json.append(separator).append(memory(sample));
      separator = ",\n";
    }
    json.append("\n],\n\"starts\": [");
    separator = "\n";
    for (StartSample sample : results.starts()) {
      json.append(separator).append(start(sample));
      separator = ",\n";
    }
    return json.append("\n]\n}\n").toString();
  }

  private void object(String name, Map<String, String> values) {
    json.append(text(name)).append(": {");
    String separator = "\n";
    for (Map.Entry<String, String> entry : values.entrySet()) {
      json.append(separator).append("  ").append(text(entry.getKey())).append(": ");
      json.append(text(entry.getValue()));
      separator = ",\n";
    }
    json.append("\n},\n");
  }

  private static String sample(Sample sample) {
    Cell cell = sample.cell();
    return String.format(
        Locale.ROOT,
        "{\"peer\": \"%s\", \"cell\": \"%s\", \"wire\": \"%s\", \"size\": %d, \"depth\": %d,"
            + " \"connections\": %d, \"threads\": %d, \"rate\": %d, \"round\": %d, \"messages\":"
            + " %d, \"nanos\": %d, \"serverNanos\": %d, \"userShare\": %s, \"loadNanos\": %d,"
            + " \"othersNanos\": %d, \"p50\": %d, \"p99\": %d, \"p999\": %d, \"max\": %d,"
            + " \"marks\": \"%s\"}",
        sample.peer().id(),
        cell.id(),
        cell.wire().id(),
        cell.size(),
        cell.depth(),
        cell.connections(),
        cell.threads(),
        cell.rate(),
        sample.round(),
        sample.messages(),
        sample.nanos(),
        sample.serverNanos(),
        Double.isNaN(sample.userShare())
            ? "null"
            : String.format(Locale.ROOT, "%.3f", sample.userShare()),
        sample.loadNanos(),
        sample.othersNanos(),
        sample.latency().median(),
        sample.latency().p99(),
        sample.latency().p999(),
        sample.latency().max(),
        Report.letters(sample.marks()));
  }

  private static String memory(MemorySample sample) {
    return String.format(
        Locale.ROOT,
        "{\"peer\": \"%s\", \"round\": %d, \"sessions\": %d, \"idle\": %.1f, \"answered\": %.1f,"
            + " \"heap\": %.1f}",
        sample.peer().id(),
        sample.round(),
        sample.sessions(),
        sample.idle(),
        sample.answered(),
        sample.heap());
  }

  private static String start(StartSample sample) {
    return String.format(
        Locale.ROOT,
        "{\"peer\": \"%s\", \"round\": %d, \"answered\": %.3f, \"half\": %.3f}",
        sample.peer().id(),
        sample.round(),
        sample.answered(),
        sample.half());
  }

  private static String text(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
