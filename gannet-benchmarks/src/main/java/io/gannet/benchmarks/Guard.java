package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Compares the working tree with a commit: the servers of both builds take turns on the same core.
 *
 * <p>A path is worse if the median of its ratios is above {@value #LIMIT} and the noise doesn't
 * explain it: three quarters of the rounds agree that it is slower, the fastest rounds differ by
 * more than 5 %, and twice fresh JVMs show the same, because the JIT compiler may have been unlucky
 * with one of the first.
 */
final class Guard {

  private static final double LIMIT = 1.1;
  private static final double LEAST_LIMIT = 1.05;

  /** The number of times that a worse path is measured again. */
  private static final int REPEATS = 2;

  /** Both servers warm up in turn, because the JIT compiler goes on after the load has ended. */
  private static final int WARMUPS = 2;

  private static final int BYTES_OF_CALL = 1024;

  /** The processor time per message of both builds in one cell. */
  private record Ratios(Peers peer, Cell cell, List<Sample> base, List<Sample> tree) {
    List<Double> sorted() {
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < tree.size(); i++) {
        ratios.add(tree.get(i).microsPerMessage() / base.get(i).microsPerMessage());
      }
      return ratios.stream().sorted().toList();
    }

    boolean isWorse() {
      List<Double> sorted = sorted();
      return Statistics.of(sorted).median() > LIMIT
          && sorted.get(sorted.size() / 4) > 1
          && least(tree) > least(base) * LEAST_LIMIT;
    }

    String describe() {
      Statistics ratio = Statistics.of(sorted());
      return String.format(
          Locale.ROOT,
          "%-18s %-20s %8.3f %8.3f µs/%-8s %6.2f  (%.2f..%.2f)",
          peer.id(),
          cell.id(),
          micros(base),
          micros(tree),
          cell.unit(),
          ratio.median(),
          ratio.least(),
          ratio.most());
    }

    /** Returns the least disturbed measurement. */
    private static double least(List<Sample> samples) {
      return Statistics.of(samples.stream().map(Sample::microsPerMessage).toList()).least();
    }

    private static double micros(List<Sample> samples) {
      return Statistics.of(samples.stream().map(Sample::microsPerMessage).toList()).median();
    }
  }

  private final Options options;
  private final Commands treeCommands;
  private final Commands baseCommands;
  private final Runner runner;
  private final Progress progress;
  private final Path logs;

  Guard(Options options, Cores cores, Commands commands, Base base, List<Group> groups) {
    this.options = options;
    this.treeCommands = commands;
    this.baseCommands = commands.with(base.classPath());
    this.progress =
        new Progress(
            2 * groups.stream().mapToDouble(group -> Runner.seconds(options, group)).sum());
    this.runner = new Runner(options, cores, commands, progress);
    this.logs = options.module().resolve("target/bench");
  }

  /** Returns the hot paths. */
  static List<Group> hotPaths() {
    return List.of(
        new Group(
            "echo",
            Work.ECHO,
            List.of(Peers.GANNET_LOOP, Peers.GANNET_VIRTUAL),
            List.of(Cell.echo(64, 16, 50), Cell.echo(64, 1, 50))),
        new Group(
            "rpc",
            Work.CALL,
            List.of(Peers.GANNET_RPC, Peers.GANNET_RPC_JSON),
            List.of(Cell.call(BYTES_OF_CALL, 100, 1), Cell.call(BYTES_OF_CALL, 1, 1))));
  }

  /**
   * Measures, and prints the ratios.
   *
   * @return whether no path is worse
   */
  boolean holds(List<Group> groups) throws IOException, InterruptedException {
    List<Ratios> all = new ArrayList<>();
    List<Ratios> worse = new ArrayList<>();
    for (Group group : groups) {
      for (Peers peer : group.peers()) {
        List<Cell> cells = group.cells().stream().filter(cell -> cell.suits(peer)).toList();
        List<Ratios> measured = measure(group, peer, cells, 0);
        all.addAll(measured);
        List<Cell> suspects = measured.stream().filter(Ratios::isWorse).map(Ratios::cell).toList();
        for (int attempt = 1; attempt <= REPEATS && !suspects.isEmpty(); attempt++) {
          progress.line(peer.id() + " seems to be worse; measuring again with fresh JVMs");
          List<Ratios> again = measure(group, peer, suspects, attempt);
          all.addAll(again);
          List<Ratios> confirmed = again.stream().filter(Ratios::isWorse).toList();
          suspects = confirmed.stream().map(Ratios::cell).toList();
          if (attempt == REPEATS) {
            worse.addAll(confirmed);
          }
        }
      }
    }
    System.out.printf(
        "%n%-39s %8s %8s %-11s %6s  (%s)%n",
        "Processor time of the server", "base", "now", "", "ratio", "least..most");
    all.forEach(ratios -> System.out.println(ratios.describe()));
    System.out.println();
    worse.forEach(ratios ->
        System.out.printf("WORSE by more than 10 %%, three times: %s%n", ratios.describe()));
    if (worse.isEmpty()) {
      System.out.println("No path is worse by more than 10 %.");
    }
    return worse.isEmpty();
  }

  private List<Ratios> measure(Group group, Peers peer, List<Cell> cells, int attempt)
      throws IOException, InterruptedException {
    List<Ratios> all =
        cells.stream()
            .map(cell -> new Ratios(peer, cell, new ArrayList<>(), new ArrayList<>()))
            .toList();
    progress.line("warming up " + peer.id() + ", base and now");
    try (Subject base = start(baseCommands, peer, group.work());
        Subject tree = start(treeCommands, peer, group.work())) {
      List<Subject> order = attempt % 2 == 0 ? List.of(base, tree) : List.of(tree, base);
      for (int i = 0; i < WARMUPS; i++) {
        for (Subject subject : order) {
          runner.warmUp(subject, peer, cells, Runner.warmup(options, group) / WARMUPS);
        }
      }
      TimeUnit.SECONDS.sleep(1); // the JIT compiler of the last one may still be busy
      progress.done(2 * (1 + Runner.warmup(options, group)));
      for (int round = 1; round <= options.rounds(); round++) {
        for (Ratios ratios : all) {
          // In turn, so that going first is no advantage.
          if (round % 2 == 0) {
            ratios.base.add(runner.measure(base, peer, ratios.cell, round));
            ratios.tree.add(runner.measure(tree, peer, ratios.cell, round));
          } else {
            ratios.tree.add(runner.measure(tree, peer, ratios.cell, round));
            ratios.base.add(runner.measure(base, peer, ratios.cell, round));
          }
        }
        progress.done(2 * Runner.roundSeconds(options, group));
      }
    }
    all.forEach(ratios -> progress.line(ratios.describe()));
    return all;
  }

  private Subject start(Commands commands, Peers peer, Work work) throws IOException {
    return Subject.start(commands, peer, work, options.serverFlags(), logs);
  }

  /** Returns Gannet's own servers among the groups. */
  static List<Group> ofGannet(Stream<Group> groups) {
    return groups
        .map(group ->
            new Group(
                group.name(),
                group.work(),
                group.peers().stream().filter(Peers::isOurs).toList(),
                group.cells()))
        .filter(group -> !group.peers().isEmpty())
        .toList();
  }
}
