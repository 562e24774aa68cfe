package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the charts and tables of docs/performance.md. The text around them is written by hand. */
final class Docs {

  private final Path directory;
  private final String begin;
  private final String end;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param directory of the page
   * @param part of it that is written; it stands between two comments
   */
  Docs(Path directory, String part) {
    this.directory = directory;
    this.begin = "<!-- measured, %s: written by ./bench, don't edit -->".formatted(part);
    this.end = "<!-- end of what was measured, %s -->".formatted(part);
  }

  void write(Results results, Machine machine, String command) throws IOException {
    Files.createDirectories(directory.resolve("performance"));
    facts(machine, command);
    targets(results);
    for (Cell cell : results.cells()) {
      cell(results, cell);
    }
    memory(results);
    marks();
    Path page = directory.resolve("performance.md");
    String before = Files.readString(page);
    int from = before.indexOf(begin);
    int to = before.indexOf(end);
    if (from < 0 || to < from) {
      throw new BenchException(
          "%s must contain the lines %s and %s around the measurements"
              .formatted(page, begin, end));
    }
    Files.writeString(
        page,
        before.substring(0, from) + begin + "\n\n" + text + before.substring(to),
        StandardCharsets.UTF_8);
    System.out.println("Written: " + page + " and its charts");
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void facts(Machine machine, String command) {
    line("| | |");
    line("| --- | --- |");
    machine.facts().forEach((name, value) -> line("| %s | %s |", name, value));
    for (Map.Entry<String, String> library : machine.libraries().entrySet()) {
      line("| %s | %s |", library.getKey(), library.getValue());
    }
    line("| Command | `%s` |", command);
    line("");
  }

  private void targets(Results results) {
    List<TargetRatios.Outcome> outcomes = TargetRatios.outcomes(results);
    if (outcomes.isEmpty()) {
      return;
    }
    line("### Targets");
    line("");
    line("| ratio, taken within each round | median | least to most | target | |");
    line("| --- | --- | --- | --- | --- |");
    for (TargetRatios.Outcome outcome : outcomes) {
      line(
          "| %s | %.2f | %.2f to %.2f | at most %s | %s |",
          outcome.what(),
          outcome.ratio().median(),
          outcome.ratio().least(),
          outcome.ratio().most(),
          outcome.limit(),
          outcome.isReached() ? "reached" : "**missed**");
    }
    line("");
  }

  private void cell(Results results, Cell cell) throws IOException {
    List<Peers> peers = results.peers(cell);
    String chart = "performance/" + cell.id() + ".svg";
    Files.writeString(
        directory.resolve(chart),
        new BarChart(
                cell.title(),
                "server CPU, µs per " + cell.unit(),
                peers.stream()
                    .map(peer ->
                        new BarChart.Bar(
                            peer.label(),
                            results.statistics(cell, peer, Sample::microsPerMessage),
                            peer.isOurs()))
                    .toList())
            .svg(),
        StandardCharsets.UTF_8);
    line("### %s", cell.title());
    line("");
    line("![%s](%s)", cell.title(), chart);
    line("");
    line(
        "| | µs per %s | least to most | user | per second | p50 µs | p99 µs | p99.9 µs | marks |",
        cell.unit());
    line("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (Peers peer : peers) {
      Statistics cost = results.statistics(cell, peer, Sample::microsPerMessage);
      line(
          "| %s | %.3f | %.3f to %.3f | %.0f %% | %,.0f | %,.0f | %,.0f | %,.0f | %s |",
          peer.label(),
          cost.median(),
          cost.least(),
          cost.most(),
          100 * results.statistics(cell, peer, Sample::userShare).median(),
          results.statistics(cell, peer, Sample::messagesPerSecond).median(),
          results.statistics(cell, peer, sample -> sample.latency().median() / 1e3).median(),
          results.statistics(cell, peer, sample -> sample.latency().p99() / 1e3).median(),
          results.statistics(cell, peer, sample -> sample.latency().p999() / 1e3).median(),
          Report.letters(results.marks(cell, peer)));
    }
    line("");
  }

  private void memory(Results results) throws IOException {
    if (results.memory().isEmpty()) {
      return;
    }
    List<Peers> peers =
        results.memory().stream().map(MemorySample::peer).distinct().sorted().toList();
    String title =
        String.format(
            Locale.ROOT,
            "Memory of the process per session, %,d sessions, after one message each",
            results.memory().getFirst().sessions());
    Files.writeString(
        directory.resolve("performance/memory.svg"),
        new BarChart(
                title,
                "bytes",
                peers.stream()
                    .map(peer ->
                        new BarChart.Bar(
                            peer.label(),
                            results.memory(peer, MemorySample::answered),
                            peer.isOurs()))
                    .toList())
            .svg(),
        StandardCharsets.UTF_8);
    line("### %s", title);
    line("");
    line("![%s](performance/memory.svg)", title);
    line("");
    line("| | idle, B | after a message, B | least to most | of it heap, B |");
    line("| --- | --- | --- | --- | --- |");
    for (Peers peer : peers) {
      Statistics answered = results.memory(peer, MemorySample::answered);
      line(
          "| %s | %,.0f | %,.0f | %,.0f to %,.0f | %,.0f |",
          peer.label(),
          results.memory(peer, MemorySample::idle).median(),
          answered.median(),
          answered.least(),
          answered.most(),
          results.memory(peer, MemorySample::heap).median());
    }
    line("");
  }

  private void marks() {
    line("Marks, where more than half of the rounds have them:");
    line("");
    for (Mark mark : Mark.values()) {
      line("- %s: %s", mark.letter(), mark.meaning());
    }
    line("");
  }
}
