package io.gannet.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A main class from the test's class path that runs in a separate JVM of the same version. For
 * tests that can't run inside the test's process, such as those of signals and exhausted file
 * descriptors. Killed when closed.
 */
public final class ChildJvm implements AutoCloseable {

  /** Signal 2 in a mask of signals. */
  private static final long SIGINT = 1 << 1;

  private final Process process;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final List<String> lines = new ArrayList<>();
  private int openStreams = 2;
  private int read;

  private ChildJvm(Process process) {
    this.process = process;
    collect(process.inputReader());
    collect(process.errorReader());
  }

  /**
   * Prepares to start a class.
   *
   * @param main a class with a {@code main} method
   * @return a builder
   */
  public static Builder of(Class<?> main) {
    return new Builder(main);
  }

  /**
   * Waits for a line on the child's standard output or error. Each line is examined once: the next
   * call continues after the line that this call returned.
   *
   * @param pattern a regular expression that a part of the line matches
   * @param within the maximum time to wait
   * @return the match, for its groups
   * @throws AssertionError if there is no such line in time, or the child ends without it
   */
  public Matcher awaitLine(String pattern, Duration within) {
    Pattern compiled = Pattern.compile(pattern);
    long left = within.toNanos();
    lock.lock();
    try {
      while (true) {
        while (read < lines.size()) {
          Matcher matcher = compiled.matcher(lines.get(read++));
          if (matcher.find()) {
            return matcher;
          }
        }
        if (openStreams == 0 || left <= 0) {
          throw new AssertionError(
              (left <= 0 ? "no line within " + within : "the child ended without a line")
                  + " that matches: "
                  + pattern
                  + "\n"
                  + String.join("\n", lines));
        }
        left = more.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a line that matches: " + pattern, e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns all output of the child so far, standard output and error together.
   *
   * @return the lines, for each stream in order
   */
  public List<String> output() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes a line to the child's standard input.
   *
   * @param line without a line feed
   */
  public void println(String line) {
    try {
      var writer = process.outputWriter();
      writer.write(line);
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the child takes no input: " + output(), e);
    }
  }

  /** Asks the child to stop, with SIGTERM. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Kills the child, with SIGKILL. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Freezes the child with SIGSTOP: its connections stay open, but it sends nothing. */
  public void freeze() {
    signal("STOP");
  }

  /** Resumes a frozen child with SIGCONT. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while sending a signal", e);
    }
  }

  /**
   * Waits until the child has ended.
   *
   * @param within the maximum time to wait
   * @return its exit code
   * @throws AssertionError if the child is still running afterwards
   */
  public int awaitExit(Duration within) {
    try {
      if (!process.waitFor(within.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError(
            "the child still runs after " + within + "\n" + String.join("\n", output()));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for the child's end", e);
    }
  }

  /**
   * Returns the child's process id.
   *
   * @return the id
   */
  public long pid() {
    return process.pid();
  }

  /**
   * Returns the processor time that the child has used so far.
   *
   * @return the processor time of all its threads
   */
  public Duration cpuTime() {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new AssertionError("the platform doesn't tell the child's cpu time"));
  }

  @Override
  public void close() {
    kill();
  }

  private void collect(BufferedReader from) {
    Thread.ofVirtual()
        .name("child-" + process.pid())
        .start(() -> {
          try (from) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
              add(line);
            }
          } catch (IOException e) {
            // The child was killed.
          } finally {
            add(null);
          }
        });
  }

  private void add(@Nullable String line) {
    lock.lock();
    try {
      if (line == null) {
        openStreams--;
      } else {
        lines.add(line);
      }
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The settings of a child. */
  public static final class Builder {
    private final String main;
    private final List<String> jvmOptions = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private String classPath = System.getProperty("java.class.path");
    private int maxOpenFiles;

    private Builder(Class<?> main) {
      this.main = main.getName();
    }

    /**
     * Adds options of the JVM. Without any, it has the serial garbage collector and only the first
     * of its two compilers, because it runs for seconds.
     *
     * @param options such as {@code -Xmx64m}
     * @return this
     */
    public Builder jvmOptions(String... options) {
      jvmOptions.addAll(List.of(options));
      return this;
    }

    /**
     * Adds arguments of the main method.
     *
     * @param args the arguments
     * @return this
     */
    public Builder arguments(String... args) {
      arguments.addAll(List.of(args));
      return this;
    }

    /**
     * Excludes libraries from the child's class path.
     *
     * @param names parts of the names of their jars
     * @return this
     */
    public Builder without(String... names) {
      classPath =
          Arrays.stream(classPath.split(File.pathSeparator))
              .filter(entry ->
                  Arrays.stream(names).noneMatch(Path.of(entry).getFileName().toString()::contains))
              .collect(Collectors.joining(File.pathSeparator));
      return this;
    }

    /**
     * Limits the number of open files and sockets of the child, with the shell's {@code ulimit}. A
     * JVM needs about a hundred itself.
     *
     * @param files the limit
     * @return this
     */
    public Builder maxOpenFiles(int files) {
      maxOpenFiles = files;
      return this;
    }

    /**
     * Starts the child.
     *
     * @return the running child
     */
    public ChildJvm start() {
      List<String> command = new ArrayList<>();
      if (ignoresInterrupts()) {
        command.addAll(List.of("env", "--default-signal=INT"));
      }
      if (maxOpenFiles > 0) {
        // Without -XX:-MaxFDLimit a JVM on some systems raises the soft limit again, so both limits
        // are set.
        command.addAll(List.of("sh", "-c", "ulimit -n " + maxOpenFiles + " && exec \"$@\"", "sh"));
      }
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      // Before the others: the JVM takes the last of several values.
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      command.addAll(jvmOptions);
      command.addAll(List.of("-cp", classPath, main));
      command.addAll(arguments);
      try {
        return new ChildJvm(new ProcessBuilder(command).start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * {@return whether this JVM was started in the background of a script, so that it and its
     * children ignore SIGINT}
     */
    private static boolean ignoresInterrupts() {
      Path status = Path.of("/proc/self/status");
      if (!Files.exists(status)) {
        return false;
      }
      try (Stream<String> lines = Files.lines(status)) {
        return lines
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+", 2)[1], 16) & SIGINT) != 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
