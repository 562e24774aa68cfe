package io.gannet.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that runs during a test, and is killed at the end. */
final class RunningProgram implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  RunningProgram(Path directory, List<String> command) throws IOException {
    process = Programs.start(directory, command);
    output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** {@return the next line of its output with the prefix} */
  String await(String prefix) throws IOException {
    List<String> before = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(prefix)) {
        return line;
      }
      before.add(line);
    }
    throw new AssertionError("has ended without \"%s\": %s".formatted(prefix, before));
  }

  /** {@return the rest of its output, until it ends} */
  List<String> rest() {
    return output.lines().toList();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    output.close();
  }
}
