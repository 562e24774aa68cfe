package io.gannet.soak.internal.loss;

import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.Version;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.TransportException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Searches for lost messages: many rounds of graceful stops under load, on either side. Rounds
 * alternate between both dispatches and all available kinds of I/O.
 */
@Command(
    name = "zero-loss",
    description = {
      "Repeatedly stops servers (with SIGTERM) and clients under load, and checks that every"
          + " accepted message has arrived.",
      "",
      "Exits 1 if one was lost of a session that isn't reported as cut."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class ZeroLossCommand implements Callable<Integer> {

  private static final int REPORT_EVERY = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "200",
      description = "The number of rounds. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The seed of the random moments. Default: random.")
  private long seed = ThreadLocalRandom.current().nextLong() >>> 1;

  @Option(
      names = "--io",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "AUTO,NIO,IO_URING",
      description =
          "The kinds of I/O that the rounds alternate between. Default:" + " ${DEFAULT-VALUE}.")
  private List<Io> kinds = List.of();

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public ZeroLossCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.onlyErrors();
    PrintWriter out = spec.commandLine().getOut();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<EventLoops> loops = availableLoops(out);
    Tally total = new Tally();
    out.println("seed %d".formatted(seed));
    long start = System.nanoTime();
    try {
      for (int number = 0; number < rounds; number++) {
        boolean eventLoop = number % 2 == 1;
        round(number, random, loops.get(number / 2 % loops.size()), eventLoop, total, out);
        if ((number + 1) % REPORT_EVERY == 0) {
          double seconds = (System.nanoTime() - start) / 1e9;
          out.println("%6.1f s  %d rounds: %s".formatted(seconds, number + 1, total));
        }
      }
    } finally {
      loops.forEach(EventLoops::close);
    }
    out.println("rounds %d, %s".formatted(rounds, total));
    return total.problems().isEmpty() ? 0 : 1;
  }

  /** Returns the kinds of I/O that this machine supports, and reports the others. */
  private List<EventLoops> availableLoops(PrintWriter out) {
    List<EventLoops> available = new ArrayList<>();
    for (Io io : kinds) {
      try {
        available.add(EventLoops.create(io, 0));
      } catch (TransportException e) {
        out.println("skipping %s: %s".formatted(name(io), e.getMessage()));
      }
    }
    return available;
  }

  private static void round(
      int number,
      RandomGenerator random,
      EventLoops loops,
      boolean eventLoop,
      Tally total,
      PrintWriter out)
      throws InterruptedException {
    List<String> args = new ArrayList<>(List.of("--io", argument(loops.io())));
    if (eventLoop) {
      args.add("--event-loop");
    }
    Tally tally = new Tally();
    try {
      new Round(random, loops, tally).run(args);
    } catch (SoakFailedException | CommandFailedException e) {
      tally.problem(String.valueOf(e.getMessage()));
    }
    String where = "round %d (%s)".formatted(number + 1, String.join(" ", args));
    tally.problems().forEach(problem -> out.println("%s: %s".formatted(where, problem)));
    tally.notes().forEach(note -> out.println("%s, note: %s".formatted(where, note)));
    total.add(tally);
  }

  private static String name(Io io) {
    return io.name().toLowerCase(Locale.ROOT);
  }

  /** kqueue has no name on the command line, because auto selects it where it is available. */
  private static String argument(Io io) {
    return io == Io.KQUEUE ? name(Io.AUTO) : name(io);
  }
}
