package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures the servers of a group, in turn, round after round. */
final class Runner {

  private static final double SETTLE_SECONDS = 0.3;

  private final Options options;
  private final Cores cores;
  private final Commands commands;
  private final Progress progress;
  private final Quiet quiet;
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  Runner(Options options, Cores cores, Commands commands, Progress progress) {
    this.options = options;
    this.cores = cores;
    this.commands = commands;
    this.progress = progress;
    this.quiet = new Quiet(cores, options.patience());
  }

  List<Sample> samples() {
    return samples;
  }

  List<String> failures() {
    return failures;
  }

  /** How long a group takes, about, in seconds. */
  static double seconds(Options options, Group group) {
    return group.peers().size()
        * (1 + options.warmup() + options.rounds() * roundSeconds(options, group));
  }

  private static double roundSeconds(Options options, Group group) {
    return group.cells().size() * (options.seconds() + SETTLE_SECONDS + 0.1);
  }

  /**
   * Starts all servers, warms them up, and then measures each of them for a short time, in turn, again
   * and again: what happens to the machine in the meantime happens to all of them.
   */
  void measure(Group group) throws IOException, InterruptedException {
    Map<Peers, ServerProcess> servers = new EnumMap<>(Peers.class);
    try {
      for (Peers peer : group.peers()) {
        start(group, peer, servers);
        progress.done(1 + options.warmup());
      }
      for (int round = 1; round <= options.rounds(); round++) {
        for (Cell cell : group.cells()) {
          measure(group, cell, round, servers);
        }
        progress.done(group.peers().size() * roundSeconds(options, group));
      }
    } finally {
      servers.values().forEach(ServerProcess::close);
    }
  }

  private void start(Group group, Peers peer, Map<Peers, ServerProcess> servers)
      throws IOException, InterruptedException {
    progress.line("warming up " + peer.id());
    Path log = options.module().resolve("target/bench/" + peer.id() + ".log");
    try {
      ServerProcess server =
          ServerProcess.start(commands.server(peer, group.work(), options.serverFlags()), log);
      servers.put(peer, server);
      warmUp(server, group, peer);
    } catch (BenchException e) {
      failed(group, peer, servers, e);
    }
  }

  private void measure(Group group, Cell cell, int round, Map<Peers, ServerProcess> servers)
      throws IOException, InterruptedException {
    for (Peers peer : List.copyOf(servers.keySet())) {
      try {
        Sample sample = measure(servers.get(peer), peer, cell, round);
        samples.add(sample);
        progress.line(describe(sample));
      } catch (BenchException e) {
        failed(group, peer, servers, e);
      }
    }
  }

  /** Does without the server from now on. */
  private void failed(
      Group group, Peers peer, Map<Peers, ServerProcess> servers, BenchException error) {
    String failure = peer.id() + ", " + group.name() + ": " + error.getMessage();
    failures.add(failure);
    progress.line("FAILED " + failure);
    ServerProcess server = servers.remove(peer);
    if (server != null) {
      server.close();
    }
  }

  private Sample measure(ServerProcess server, Peers peer, Cell cell, int round)
      throws IOException, InterruptedException {
    while (true) {
      quiet.await();
      Sample sample =
          load(server, peer, cell, SETTLE_SECONDS, options.seconds())
              .sample(peer, cell, round, cores);
      if (!sample.isDisturbed() || !quiet.isPatient()) {
        return sample;
      }
    }
  }

  /**
   * Lets the server do, before it is measured, everything that it will be measured in: what the JVM
   * has compiled for one cell it throws away in the next one.
   */
  private void warmUp(ServerProcess server, Group group, Peers peer)
      throws IOException, InterruptedException {
    List<Cell> cells = new ArrayList<>(group.cells());
    if (cells.getFirst().rate() > 0 || cells.getFirst().churn()) {
      // These leave a server too idle to warm up.
      cells.addFirst(Cell.echo(64, 16, 50));
    }
    for (Cell cell : cells) {
      load(server, peer, cell, options.warmup() / cells.size(), 0.01);
    }
  }

  private Readings load(ServerProcess server, Peers peer, Cell cell, double warmup, double seconds)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(cell.arguments());
    arguments.addAll(
        List.of("--warmup", String.valueOf(warmup), "--seconds", String.valueOf(seconds)));
    return LoadRun.run(commands.load(server, peer, arguments));
  }

  private static String describe(Sample sample) {
    StringBuilder marks = new StringBuilder();
    sample.marks().forEach(mark -> marks.append(' ').append(mark.letter()));
    return String.format(
        Locale.ROOT,
        "round %d  %-22s %-18s %8.3f µs/%s %10.0f/s  p50 %7.0f  p99 %7.0f µs  server %3.0f%%"
            + " load %3.0f%%%s",
        sample.round(),
        sample.peer().id(),
        sample.cell().id(),
        sample.microsPerMessage(),
        sample.cell().unit(),
        sample.messagesPerSecond(),
        sample.latency().median() / 1e3,
        sample.latency().p99() / 1e3,
        100 * sample.serverShare(),
        100 * sample.loadShare(),
        marks);
  }
}
