package io.gannet.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A load generator whose connections are idle. */
final class IdleLoad implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private IdleLoad(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts the load generator, and waits until it has connected. */
  static IdleLoad start(List<String> command) throws IOException {
    IdleLoad load = new IdleLoad(new ProcessBuilder(command).redirectErrorStream(true).start());
    try {
      load.expect("connected");
    } catch (IOException | BenchException e) {
      load.close();
      throw e;
    }
    return load;
  }

  /** Sends one message on each connection and waits for the answers. */
  void exchange() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    expect("answered");
  }

  private void expect(String word) throws IOException {
    String line = output.readLine();
    if (!word.equals(line)) {
      throw new BenchException(line == null ? "the load generator has ended" : line);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
