package io.gannet.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A load generator that runs as long as its server, because it has to warm up as well. */
final class LoadProcess implements AutoCloseable {

  private static final String END = "end";

  private final Process process;
  private final BufferedReader output;
  private final Writer input;
  private final Path log;

  private LoadProcess(Process process, Path log) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.US_ASCII);
    this.input = process.outputWriter(StandardCharsets.US_ASCII);
    this.log = log;
  }

  /**
   * Starts a load generator.
   *
   * @param log the file for its error output
   */
  static LoadProcess start(List<String> command, Path log) throws IOException {
    return new LoadProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log.toFile())).start(),
        log);
  }

  /** Lets the load generator put load on its server once. */
  Readings run(List<String> arguments) throws IOException {
    List<String> lines = new ArrayList<>();
    try {
      input.write(String.join(" ", arguments) + "\n");
      input.flush();
      String line = output.readLine();
      while (line != null && !line.equals(END)) {
        lines.add(line);
        line = output.readLine();
      }
      if (line == null) {
        throw new BenchException("the load generator has ended\n" + ServerProcess.tail(log));
      }
    } catch (IOException e) {
      throw new BenchException(
          "the load generator has ended: " + e.getMessage() + "\n" + ServerProcess.tail(log));
    }
    return LoadCommand.readings(lines.stream());
  }

  @Override
  public void close() {
    process.destroy();
  }
}
