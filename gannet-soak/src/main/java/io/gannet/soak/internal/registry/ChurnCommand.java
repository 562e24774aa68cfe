package io.gannet.soak.internal.registry;

import io.gannet.cli.internal.common.Version;
import io.gannet.cli.internal.common.Waiting;
import io.gannet.cli.internal.process.RegistryKind;
import io.gannet.cli.internal.process.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Registers and removes instances, and compares the final lists of all consumers with the
 * registered instances.
 */
@Command(
    name = "churn",
    description = {
      "Registers and removes many instances at random times, and measures the cost: requests to"
          + " the registry, and memory. At the end every consumer must have exactly the registered"
          + " instances.",
      "",
      "Exits with 1 if a consumer's list is wrong, if there were more requests than"
          + " docs/discovery.md states, or if memory use grew."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class ChurnCommand extends FleetCommand {

  /** The number of samples during which memory may still grow. */
  private static final int WARM_UP_SAMPLES = 2;

  /** The difference between two samples of the heap that doesn't count as growth, in bytes. */
  private static final long NOISE = 4 << 20;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "For how long. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--period",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "How long an instance is registered, and not registered, on average. Default:"
              + " ${DEFAULT-VALUE}.")
  private int period;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The seed of the random times. Default: random.")
  private long seed = ThreadLocalRandom.current().nextLong() >>> 1;

  /** The next registration or removal of an instance. */
  private record Turn(long at, int instance) implements Comparable<Turn> {
    @Override
    public int compareTo(Turn other) {
      return Long.compare(at, other.at);
    }
  }

  /** Creates the command. */
  public ChurnCommand() {
    super(1_000, 100);
  }

  @Override
  String description() {
    return "%s; seed %d".formatted(super.description(), seed);
  }

  @Override
  void run(RegistryServer server, Fleet fleet, SoakReport report) throws InterruptedException {
    long requests = fleet.requests();
    long listings = fleet.listings();
    long failures = fleet.failures();
    long begin = System.nanoTime();
    long changes = churn(fleet, server, report);
    long left = fleet.wrong();
    long stopped = System.nanoTime();
    boolean settled = Waiting.until(PATIENCE, fleet::isSettled);
    report.check(
        settled,
        "%d changes; %d of %d lists were outdated at the end, %d ms later %s"
            .formatted(
                changes,
                left,
                size().services() * size().consumers(),
                Duration.ofNanos(System.nanoTime() - stopped).toMillis(),
                settled ? "all are correct" : "%d are wrong".formatted(fleet.wrong())));
    double elapsed = (System.nanoTime() - begin) / 1e9;
    long relisted = fleet.listings() - listings;
    long failed = fleet.failures() - failures;
    report.check(
        relisted == 0 && failed == 0,
        "%d repeated listings, %d failures, %d overflows"
            .formatted(relisted, failed, fleet.overflows()));
    requests(fleet.requests() - requests, changes, elapsed, report);
  }

  /** {@return the number of registrations and removals} */
  private long churn(Fleet fleet, RegistryServer server, SoakReport report)
      throws InterruptedException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    long begin = System.nanoTime();
    PriorityQueue<Turn> turns = new PriorityQueue<>();
    for (int i = 0; i < size().instances(); i++) {
      turns.add(new Turn(begin + pause(random), i));
    }
    Samples heap = new Samples();
    int samples = Math.max(WARM_UP_SAMPLES + 1, seconds / 20);
    long changes = 0;
    for (int sample = 1; sample <= samples; sample++) {
      long until = begin + Duration.ofSeconds(seconds).toNanos() / samples * sample;
      long before = fleet.requests();
      long beforeChanges = changes;
      while (turns.element().at() - until < 0) {
        Turn turn = turns.remove();
        Thread.sleep(Duration.ofNanos(Math.max(0, turn.at() - System.nanoTime())));
        Provider provider = fleet.providers().get(turn.instance() % fleet.providers().size());
        String id = "i" + turn.instance();
        if (provider.isRegistered(id)) {
          provider.leave(id);
        } else {
          provider.register(fleet.instance(turn.instance(), id));
        }
        changes++;
        turns.add(new Turn(turn.at() + pause(random), turn.instance()));
      }
      long used = heap.take();
      report.line(
          String.format(
              Locale.ROOT,
              "%d changes, %d requests; heap %.1f MB, server %s",
              changes - beforeChanges,
              fleet.requests() - before,
              used / 1e6,
              resident(server.pid())));
    }
    report.check(heap.isFlat(), "memory is " + (heap.isFlat() ? "flat" : "not flat"));
    return changes;
  }

  private long pause(RandomGenerator random) {
    return (long) (random.nextExponential() * Duration.ofSeconds(period).toNanos());
  }

  /** Samples of the used heap after a collection. */
  private static final class Samples {

    private long first;
    private long last;
    private int taken;

    long take() {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      last = runtime.totalMemory() - runtime.freeMemory();
      if (++taken == WARM_UP_SAMPLES) {
        first = last;
      }
      return last;
    }

    boolean isFlat() {
      return last <= first + first / 10 + NOISE;
    }
  }

  /** Returns the resident memory of a process. Only Linux reports it. */
  private static String resident(long pid) {
    Path status = Path.of("/proc/%d/status".formatted(pid));
    if (!Files.exists(status)) {
      return "?";
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .map(kilobytes -> "%d MB".formatted(Long.parseLong(kilobytes) / 1000))
          .findFirst()
          .orElse("?");
    } catch (IOException e) {
      return "?";
    }
  }

  private void requests(long requests, long changes, double elapsed, SoakReport report) {
    // As in the table in docs/discovery.md: each change is written once, or twice if it is the
    // first one of a service in ZooKeeper, where every consumer also reads it. Heartbeats and
    // audits come on top.
    boolean zooKeeper = registry().kind() == RegistryKind.ZOOKEEPER;
    long perChange = zooKeeper ? 2 + size().consumers() : 1;
    long beats =
        (long)
            ((size().providers() + size().consumers())
                * (elapsed / registry().sessionTimeoutSeconds() * 8 + 4));
    report.check(
        requests <= changes * perChange + beats,
        String.format(
            Locale.ROOT,
            "%d requests, %.2f per change, %.0f per second; the limit is %d for %d changes",
            requests,
            (double) requests / Math.max(1, changes),
            requests / elapsed,
            changes * perChange + beats,
            changes));
  }
}
