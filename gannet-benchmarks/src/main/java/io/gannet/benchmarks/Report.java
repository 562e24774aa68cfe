package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints tables on a terminal. */
final class Report {

  private final Results results;
  private final StringBuilder text = new StringBuilder();

  Report(Results results) {
    this.results = results;
  }

  String write() {
    results.cells().forEach(this::cell);
    starts();
    memory();
    marks();
    targets();
    return text.toString();
  }

  // The recommended annotation is in a library that is otherwise not needed.
  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void cell(Cell cell) {
    line("");
    line("%s", cell.title());
    line(
        "%-34s %9s %19s %6s %11s %9s %9s %9s  %s",
        "",
        "µs/" + cell.unit(),
        "least..most",
        "user",
        "per second",
        "p50 µs",
        "p99 µs",
        "p99.9 µs",
        "marks");
    for (Peers peer : results.peers(cell)) {
      Statistics cost = results.statistics(cell, peer, Sample::microsPerMessage);
      line(
          "%-34s %9.3f %19s %5.0f%% %,11.0f %9.0f %9.0f %9.0f  %s",
          peer.label(),
          cost.median(),
          String.format(Locale.ROOT, "%.3f..%.3f", cost.least(), cost.most()),
          100 * results.statistics(cell, peer, Sample::userShare).median(),
          results.statistics(cell, peer, Sample::messagesPerSecond).median(),
          results.statistics(cell, peer, sample -> sample.latency().median() / 1e3).median(),
          results.statistics(cell, peer, sample -> sample.latency().p99() / 1e3).median(),
          results.statistics(cell, peer, sample -> sample.latency().p999() / 1e3).median(),
          letters(results.marks(cell, peer)));
    }
  }

  static String letters(Set<Mark> marks) {
    StringBuilder letters = new StringBuilder();
    marks.forEach(mark -> letters.append(mark.letter()));
    return letters.toString();
  }

  private void starts() {
    List<Peers> peers = results.starts().stream().map(StartSample::peer).distinct().toList();
    if (peers.isEmpty()) {
      return;
    }
    line("");
    line("From the start of the process, in seconds");
    line("%-34s %13s %19s %24s", "", "first answer", "least..most", "half of the warm speed");
    for (Peers peer : peers) {
      Statistics answered = results.start(peer, StartSample::answered);
      line(
          "%-34s %13.2f %19s %24.2f",
          peer.label(),
          answered.median(),
          String.format(Locale.ROOT, "%.2f..%.2f", answered.least(), answered.most()),
          results.start(peer, StartSample::half).median());
    }
  }

  private void memory() {
    List<Peers> peers = results.memory().stream().map(MemorySample::peer).distinct().toList();
    if (peers.isEmpty()) {
      return;
    }
    line("");
    line("Memory of the process per session, %,d sessions", results.memory().getFirst().sessions());
    line("%-34s %10s %20s %14s", "", "idle, B", "after a message, B", "of it heap, B");
    for (Peers peer : peers) {
      line(
          "%-34s %,10.0f %,20.0f %,14.0f",
          peer.label(),
          results.memory(peer, MemorySample::idle).median(),
          results.memory(peer, MemorySample::answered).median(),
          results.memory(peer, MemorySample::heap).median());
    }
  }

  private void marks() {
    Set<Mark> seen = EnumSet.noneOf(Mark.class);
    for (Cell cell : results.cells()) {
      for (Peers peer : results.peers(cell)) {
        seen.addAll(results.marks(cell, peer));
      }
    }
    if (!seen.isEmpty()) {
      line("");
      seen.forEach(mark -> line("%s: %s", mark.letter(), mark.meaning()));
    }
  }

  private void targets() {
    List<TargetRatios.Outcome> outcomes = TargetRatios.outcomes(results);
    if (outcomes.isEmpty()) {
      return;
    }
    line("");
    line("Ratios, each taken within a round");
    line("%-82s %7s %15s %8s", "", "median", "least..most", "target");
    for (TargetRatios.Outcome outcome : outcomes) {
      line(
          "%-82s %7.2f %15s %8s  %s",
          outcome.what(),
          outcome.ratio().median(),
          String.format(Locale.ROOT, "%.2f..%.2f", outcome.ratio().least(), outcome.ratio().most()),
          String.format(Locale.ROOT, "<= %s", outcome.limit()),
          outcome.isReached() ? "reached" : "MISSED");
    }
  }
}
