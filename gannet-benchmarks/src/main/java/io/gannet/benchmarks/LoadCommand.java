package io.gannet.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs a load generator and waits for its end. */
final class LoadCommand {

  /** A line with readings. The libraries of a load generator may print other lines. */
  private static final Pattern READING = Pattern.compile("[a-zA-Z]+( [0-9]+)+");

  private LoadCommand() {}

  static Readings run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new BenchException(output.strip());
    }
    return readings(output.lines());
  }

  static Readings readings(Stream<String> output) {
    return new Readings(output.filter(READING.asMatchPredicate()).toList());
  }
}
