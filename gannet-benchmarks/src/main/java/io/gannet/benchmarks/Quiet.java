package io.gannet.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Waits until no other process uses the two cores. */
final class Quiet {

  private static final long LOOK_MILLIS = 600;
  private static final double MOST_BUSY = 0.05;
  private static final double TICKS_PER_SECOND = 100;

  private final Cores cores;
  private final Instant deadline;

  Quiet(Cores cores, double minutes) {
    this.cores = cores;
    this.deadline = Instant.now().plus(Duration.ofMillis((long) (minutes * 60_000)));
  }

  /** {@return whether waiting time is left} */
  boolean isPatient() {
    return Instant.now().isBefore(deadline);
  }

  /** Waits until both cores have been idle for a moment, or the waiting time is used up. */
  void await() throws IOException, InterruptedException {
    while (isPatient()) {
      long before = busyTicks();
      long began = System.nanoTime();
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      double seconds = (System.nanoTime() - began) / 1e9;
      if ((busyTicks() - before) / TICKS_PER_SECOND < MOST_BUSY * 2 * seconds) {
        return;
      }
    }
  }

  private long busyTicks() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      return lines
          .map(line -> line.split(" ", -1))
          .filter(fields ->
              fields[0].equals("cpu" + cores.server()) || fields[0].equals("cpu" + cores.load()))
          .mapToLong(Quiet::busy)
          .sum();
    }
  }

  private static long busy(String[] fields) {
    return Stream.of(1, 2, 3, 6, 7, 8).mapToLong(i -> Long.parseLong(fields[i])).sum();
  }
}
