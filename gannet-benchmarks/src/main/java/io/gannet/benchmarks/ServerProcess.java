package io.gannet.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A running server under test. */
final class ServerProcess implements AutoCloseable {

  private static final String LISTENING = "listening ";

  private final Process process;
  private final BufferedReader output;
  private final int port;

  private ServerProcess(Process process, BufferedReader output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /**
   * Starts a server and waits until it listens.
   *
   * @param log the file for its error output
   */
  static ServerProcess start(List<String> command, Path log) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.to(log.toFile())).start();
    BufferedReader output = process.inputReader(StandardCharsets.US_ASCII);
    String line;
    while ((line = output.readLine()) != null) {
      if (line.startsWith(LISTENING)) {
        int port = Integer.parseInt(line.substring(LISTENING.length()));
        return new ServerProcess(process, output, port);
      }
    }
    process.destroyForcibly();
    throw new BenchException(
        "a server ended before it listened: " + String.join(" ", command) + "\n" + tail(log));
  }

  static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /** Runs a collection, and returns the used bytes of the heap. */
  long collect() throws IOException {
    OutputStream input = process.getOutputStream();
    input.write('\n');
    input.flush();
    String line = output.readLine();
    if (line == null) {
      throw new BenchException("the server has ended");
    }
    return Long.parseLong(line);
  }

  /**
   * Returns the private memory of the process in bytes, without the pages of files, which may be
   * shared.
   */
  long memory() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/smaps_rollup"))) {
      return lines
              .filter(line -> line.startsWith("Anonymous:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow()
          * 1024;
    }
  }

  int openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
      return (int) files.count();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
