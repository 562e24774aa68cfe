package io.gannet.cli.internal.process;

import io.gannet.cli.internal.common.CommandFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A program in a process of its own that reports on standard output what it does. */
public final class ChildProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Marks the end of the output. */
  private static final String END = "\0";

  private final String name;
  private final Process process;
  private final Thread atExit;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    atExit = new Thread(process::destroyForcibly, "gannet-child-end");
    Runtime.getRuntime().addShutdownHook(atExit);
    Thread.ofVirtual().start(this::collect);
  }

  /**
   * Starts the process.
   *
   * @param name what error messages call it
   * @param command the command line
   * @return the process; the caller closes it
   */
  public static ChildProcess start(String name, List<String> command) {
    try {
      return new ChildProcess(
          name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
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
      // The process has ended. Its output so far is kept.
    }
    lines.add(END);
  }

  /**
   * Waits for the next line that begins with a word, and discards the lines before it.
   *
   * @param word the word
   * @return the line without the word
   * @throws CommandFailedException if the process ends, or the time runs out, before such a line
   * @throws InterruptedException if the thread is interrupted
   */
  public String await(String word) throws InterruptedException {
    @Nullable String found = next(line -> line.equals(word) || line.startsWith(word + " "));
    if (found == null) {
      throw new CommandFailedException("%s ended without printing \"%s\"".formatted(name, word));
    }
    return found.substring(word.length()).stripLeading();
  }

  /**
   * Waits until the process has ended.
   *
   * @return the lines up to the end of the output
   * @throws InterruptedException if the thread is interrupted
   */
  public List<String> rest() throws InterruptedException {
    List<String> rest = new ArrayList<>();
    next(line -> !rest.add(line));
    return rest;
  }

  private @Nullable String next(Predicate<String> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      @Nullable String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new CommandFailedException(
            "%s has printed nothing for %d s".formatted(name, PATIENCE.toSeconds()));
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
  public void terminate() {
    // Not Process.destroy, which would close the streams that carry its last output.
    process.toHandle().destroy();
  }

  /** Sends SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /**
   * Waits until the process has ended.
   *
   * @return its exit code
   * @throws CommandFailedException if it still runs after the time limit
   * @throws InterruptedException if the thread is interrupted
   */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new CommandFailedException(
          "%s is still running after %d s".formatted(name, PATIENCE.toSeconds()));
    }
    return process.exitValue();
  }

  /** Kills the process if it is still running. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is already shutting down.
    }
  }
}
