package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures the servers of a group in turn, in several rounds. */
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

  /** Estimates the duration of a group in seconds. */
  static double seconds(Options options, Group group) {
    return group.peers().size()
        * (1 + warmup(options, group) + options.rounds() * roundSeconds(options, group));
  }

  static double warmup(Options options, Group group) {
    return options.warmup() * group.warmupFactor();
  }

  static double roundSeconds(Options options, Group group) {
    return group.cells().size() * (options.seconds() + SETTLE_SECONDS + 0.1);
  }

  /**
   * Starts all servers, warms them up, and then repeatedly measures each of them for a short time
   * in turn. So changes on the machine affect all of them.
   */
  void measure(Group group) throws IOException, InterruptedException {
    Map<Peers, Subject> subjects = new EnumMap<>(Peers.class);
    try {
      for (Peers peer : group.peers()) {
        start(group, peer, subjects);
        progress.done(1 + warmup(options, group));
      }
      for (int round = 1; round <= options.rounds(); round++) {
        for (Cell cell : group.cells()) {
          measure(group, cell, round, subjects);
        }
        progress.done(group.peers().size() * roundSeconds(options, group));
      }
    } finally {
      subjects.values().forEach(Subject::close);
    }
  }

  private void start(Group group, Peers peer, Map<Peers, Subject> subjects)
      throws IOException, InterruptedException {
    progress.line("warming up " + peer.id());
    Path logs = options.module().resolve("target/bench");
    try {
      Subject subject = Subject.start(commands, peer, group.work(), options.serverFlags(), logs);
      subjects.put(peer, subject);
      warmUp(subject, peer, group.cells(), warmup(options, group));
    } catch (BenchException e) {
      failed(group, peer, subjects, e);
    }
  }

  private void measure(Group group, Cell cell, int round, Map<Peers, Subject> subjects)
      throws IOException, InterruptedException {
    for (Peers peer : subjects.keySet().stream().filter(cell::suits).toList()) {
      try {
        Sample sample = measure(subjects.get(peer), peer, cell, round);
        samples.add(sample);
        progress.line(describe(sample));
      } catch (BenchException e) {
        failed(group, peer, subjects, e);
      }
    }
  }

  /** Excludes the server from now on. */
  private void failed(Group group, Peers peer, Map<Peers, Subject> subjects, BenchException error) {
    String failure = peer.id() + ", " + group.name() + ": " + error.getMessage();
    failures.add(failure);
    progress.line("FAILED " + failure);
    Subject subject = subjects.remove(peer);
    if (subject != null) {
      subject.close();
    }
  }

  /** Measures a server once, and again while it is disturbed and waiting time is left. */
  Sample measure(Subject subject, Peers peer, Cell cell, int round)
      throws IOException, InterruptedException {
    while (true) {
      quiet.await();
      Sample sample =
          subject.load(cell, SETTLE_SECONDS, options.seconds()).sample(peer, cell, round, cores);
      if (!sample.isDisturbed() || !quiet.isPatient()) {
        return sample;
      }
    }
  }

  /**
   * Warms a server up in all its cells, because the JVM discards code that it compiled for one
   * cell in the next one.
   */
  void warmUp(Subject subject, Peers peer, List<Cell> measured, double seconds)
      throws IOException, InterruptedException {
    List<Cell> cells = new ArrayList<>(measured);
    cells.removeIf(cell -> !cell.suits(peer));
    if (cells.getFirst().rate() > 0 || cells.getFirst().churn()) {
      // These cells leave a server too idle to warm up.
      cells.addFirst(Cell.echo(64, 16, 50).over(peer.wire()));
    }
    for (Cell cell : cells) {
      subject.load(cell, seconds / cells.size(), 0.01);
    }
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
