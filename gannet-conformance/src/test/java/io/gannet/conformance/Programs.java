package io.gannet.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Programs that must be installed. */
final class Programs {

  private Programs() {}

  /**
   * Finds a program on the {@code PATH}.
   *
   * @param remedy what to do if the program is missing
   * @param names the possible names
   */
  static String find(String remedy, String... names) {
    return find(remedy, program -> true, names);
  }

  /**
   * Finds a suitable program on the {@code PATH}.
   *
   * @param remedy what to do if there is none
   * @param suits whether a program is suitable
   * @param names the possible names
   */
  static String find(String remedy, Predicate<String> suits, String... names) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      for (String name : names) {
        Path program = Path.of(directory, name);
        if (Files.isExecutable(program) && suits.test(program.toString())) {
          return program.toString();
        }
      }
    }
    throw new AssertionError(
        "the PATH has no program called %s that will do: %s"
            .formatted(String.join(" or ", names), remedy));
  }

  /** {@return a command: the program, the fixed arguments, and the others} */
  static List<String> command(String program, List<String> fixed, String... others) {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.addAll(fixed);
    command.addAll(List.of(others));
    return command;
  }

  /** Runs a program, checks that it succeeds, and returns its output. */
  static String run(Path directory, List<String> command) throws Exception {
    return run(directory, command, "");
  }

  /**
   * Runs a program, checks that it succeeds, and returns its output.
   *
   * @param input the input; must be short, or the program must read all of it before it prints much
   */
  static String run(Path directory, List<String> command, String input) throws Exception {
    Process process = start(directory, command);
    try (Writer in = process.outputWriter(UTF_8)) {
      in.write(input);
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** {@return whether a program succeeds} */
  static boolean succeeds(List<String> command) {
    try {
      Process process = start(Path.of("."), command);
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static Process start(Path directory, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .start();
  }
}
