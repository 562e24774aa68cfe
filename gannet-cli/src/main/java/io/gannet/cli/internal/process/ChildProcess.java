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

/** A program in a process of its own, which says on standard output what it does. */
public final class ChildProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** A line that stands for the end of the output. */
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
   * Starts it.
   *
   * @param name what to call it when something goes wrong
   * @param command its command line
   * @return the process, to be closed
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
      // The process is gone; what it said is there.
    }
    lines.add(END);
  }

  /**
   * Waits for the next line that begins with a word; those before it are dropped.
   *
   * @param word the word
   * @return the line without it
   * @throws CommandFailedException if there is none in time, or the process ends without it
   * @throws InterruptedException if the thread is interrupted
   */
  public String await(String word) throws InterruptedException {
    @Nullable String found = next(line -> line.equals(word) || line.startsWith(word + " "));
    if (found == null) {
      throw new CommandFailedException("%s ended without saying \"%s\"".formatted(name, word));
    }
    return found.substring(word.length()).stripLeading();
  }

  /**
   * Waits for its end.
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
            "%s has said nothing for %d s".formatted(name, PATIENCE.toSeconds()));
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
    // Not Process.destroy, which would close the streams that its last words come through.
    process.toHandle().destroy();
  }

  /** Sends SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /**
   * Waits until it has ended.
   *
   * @return its exit code
   * @throws CommandFailedException if it takes too long
   * @throws InterruptedException if the thread is interrupted
   */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new CommandFailedException(
          "%s still runs after %d s".formatted(name, PATIENCE.toSeconds()));
    }
    return process.exitValue();
  }

  /** Kills it, if it still runs. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM ends already.
    }
  }
}
