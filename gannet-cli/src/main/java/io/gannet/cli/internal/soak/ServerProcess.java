package io.gannet.cli.internal.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The server of a round, as a child process. */
final class ServerProcess implements AutoCloseable {

  /** The name only: the entry point knows this package, not the other way round. */
  private static final String MAIN = "io.gannet.cli.Main";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A line that stands for the end of the output. */
  private static final String END = "\0";

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ServerProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::collect);
  }

  /**
   * Starts a server.
   *
   * @param args the arguments of {@link SoakServerCommand}
   */
  static ServerProcess start(List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // To start quickly; and what JDK 24 and newer want to be told, which older ones don't know.
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.slf4j.simpleLogger.log.io.gannet=error"));
    @Nullable String modulePath = System.getProperty("jdk.module.path");
    if (modulePath != null) {
      command.addAll(
          List.of(
              "--module-path",
              modulePath,
              "--add-modules",
              "ALL-MODULE-PATH",
              "--module",
              ServerProcess.class.getModule().getName() + "/" + MAIN));
    } else {
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    }
    command.add("soak-server");
    command.addAll(args);
    try {
      return new ServerProcess(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void collect() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // The process is gone; what it said is there.
    }
    lines.add(END);
  }

  /** {@return the next line that begins with a word, without it; those before it are dropped} */
  String await(String word) throws InterruptedException, SoakFailedException {
    @Nullable String found = next(line -> line.startsWith(word + " "));
    if (found == null) {
      throw new SoakFailedException("the server ended without saying \"%s\"".formatted(word));
    }
    return found.substring(word.length() + 1);
  }

  /** {@return the lines up to the end of the output} */
  List<String> rest() throws InterruptedException, SoakFailedException {
    List<String> rest = new ArrayList<>();
    next(line -> !rest.add(line));
    return rest;
  }

  private @Nullable String next(Predicate<String> wanted)
      throws InterruptedException, SoakFailedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      @Nullable String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new SoakFailedException("the server has said nothing for " + PATIENCE);
      }
      if (line.equals(END)) {
        return null;
      }
      if (wanted.test(line)) {
        return line;
      }
    }
  }

  /** Sends SIGTERM. */
  void terminate() {
    // Not Process.destroy, which would close the streams that its last words come through.
    process.toHandle().destroy();
  }

  int awaitExit() throws InterruptedException, SoakFailedException {
    if (!process.waitFor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new SoakFailedException("the server still runs after " + PATIENCE);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
