package io.gannet.fuzz;

import com.sun.management.OperatingSystemMXBean;
import io.gannet.fuzz.harness.Target;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * What Jazzer calls, in a process of its own: runs a target until it has had as many inputs, and as much
 * processor time, as is wanted.
 */
public final class JazzerEntry {

  /** The name of the target. */
  static final String TARGET = "gannet.fuzz.target";

  /** How many inputs there must have been. */
  static final String EXECUTIONS = "gannet.fuzz.executions";

  /** How much processor time there must have been, in seconds. */
  static final String SECONDS = "gannet.fuzz.seconds";

  /** Where to write how many there were of both. */
  static final String RESULT = "gannet.fuzz.result";

  /** How a result ends when both limits were reached. */
  static final String ENOUGH = "enough";

  private static final String FOUND = "found";

  /** So often it is looked whether that is enough. */
  private static final int LOOK_EVERY = 1 << 10;

  private static final Target target = Targets.named(System.getProperty(TARGET));
  private static final long wanted = Long.getLong(EXECUTIONS, 0);
  private static final long wantedNanos = Duration.ofSeconds(Long.getLong(SECONDS, 0)).toNanos();
  private static final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static long executions;

  private JazzerEntry() {}

  /**
   * Tries one input.
   *
   * @param input chosen by Jazzer
   * @throws Exception a finding
   */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    executions++;
    try {
      target.run(input);
    } catch (Exception | Error t) {
      report(FOUND);
      throw t;
    }
    if (executions % LOOK_EVERY == 0
        && executions >= wanted
        && system.getProcessCpuTime() >= wantedNanos) {
      report(ENOUGH);
      Thread.sleep(Duration.ofDays(1)); // until it is killed
    }
  }

  private static void report(String outcome) throws IOException {
    long seconds = Duration.ofNanos(system.getProcessCpuTime()).toSeconds();
    Path result = Path.of(System.getProperty(RESULT));
    Path written = result.resolveSibling("result.new");
    Files.writeString(written, "%d %d %s".formatted(executions, seconds, outcome));
    Files.move(written, result, StandardCopyOption.ATOMIC_MOVE);
  }
}
