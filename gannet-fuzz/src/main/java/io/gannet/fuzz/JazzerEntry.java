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
 * The entry point for Jazzer, in its own process. Runs a target until it has had the required
 * number of inputs and the required processor time.
 */
public final class JazzerEntry {

  /** The name of the target. */
  static final String TARGET = "gannet.fuzz.target";

  /** The minimum number of inputs. */
  static final String EXECUTIONS = "gannet.fuzz.executions";

  /** The minimum processor time in seconds. */
  static final String SECONDS = "gannet.fuzz.seconds";

  /** The file for the actual values of both. */
  static final String RESULT = "gannet.fuzz.result";

  /** The end of the result when both limits are reached. */
  static final String ENOUGH = "enough";

  private static final String FOUND = "found";

  /** The number of inputs between two checks of the limits. */
  private static final int LOOK_EVERY = 1 << 10;

  private static final Target target = Targets.named(System.getProperty(TARGET));
  private static final long wanted = Long.getLong(EXECUTIONS, 0);
  private static final long wantedNanos = Duration.ofSeconds(Long.getLong(SECONDS, 0)).toNanos();
  private static final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static long executions;

  private JazzerEntry() {}

  /**
   * Runs one input.
   *
   * @param input the input from Jazzer
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
