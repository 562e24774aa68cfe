package io.gannet.cli.internal.registry;

import io.gannet.cli.internal.common.Printable;
import io.gannet.rpc.Instance;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Prints instances: as lines of a table if it fits the width, otherwise as a few lines each. Prints
 * notes below.
 */
final class InstanceTable {

  /** The width if the environment doesn't set one. */
  static final int DEFAULT_WIDTH = 80;

  private static final int MIN_WIDTH = 40;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  /** A column, which is omitted if it is empty for all instances. */
  private record Column(String title, Function<Instance, String> value) {}

  private final Instant now;
  private final int width;
  private final boolean full;
  private final List<Instance> instances = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int cut;

  /**
   * Creates an empty table.
   *
   * @param now the time that ages are relative to
   * @param width the maximum length of a line
   * @param full whether values are printed in full, whatever their length
   */
  InstanceTable(Instant now, int width, boolean full) {
    this.now = now;
    this.width = Math.max(MIN_WIDTH, width);
    this.full = full;
  }

  /** {@return the maximum length of a line: the value of COLUMNS, if it is a number} */
  static int width(Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("\\d{1,4}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
  }

  void add(Listing listing) {
    instances.addAll(listing.instances());
    String service = Printable.text(listing.service());
    new TreeMap<>(listing.status().skipped())
        .forEach((id, why) ->
            notes.add(
                "! %s/%s skipped: %s".formatted(service, Printable.text(id), Printable.text(why))));
  }

  private List<Column> columns() {
    return List.of(
        new Column("SERVICE", Instance::service),
        new Column("ID", Instance::id),
        new Column("ADDRESS", InstanceTable::address),
        new Column("VERSION", Instance::version),
        new Column("GROUP", Instance::group),
        new Column("ZONE", Instance::zone),
        new Column("WEIGHT", InstanceTable::weight),
        new Column("SINCE (UTC)", this::since),
        new Column(
            "METADATA",
            instance ->
                new TreeMap<>(instance.metadata())
                    .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(" "))));
  }

  private static String address(Instance instance) {
    return instance.protocol() + "://" + instance.address();
  }

  private static String weight(Instance instance) {
    return String.valueOf(instance.weight());
  }

  private String since(Instance instance) {
    Instant since = instance.since();
    return since.equals(Instant.EPOCH)
        ? ""
        : "%s (%s)".formatted(TIME.format(since), age(Duration.between(since, now)));
  }

  /** Rounds an age down to its largest unit with a value of two or more. */
  static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    } else if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    } else if (seconds < 2 * 86_400) {
      return seconds / 3600 + " h";
    }
    return seconds / 86_400 + " d";
  }

  void print(PrintWriter out) {
    List<String> table = instances.isEmpty() ? List.of() : table();
    if (!full && table.stream().allMatch(line -> line.length() <= width)) {
      table.forEach(out::println);
    } else {
      instances.forEach(instance -> printBlock(instance, out));
    }
    notes.stream().map(this::fitted).forEach(out::println);
    if (cut > 0) {
      out.println(
          cut == 1
              ? "1 value is cut; --full prints all of it, --json for programs"
              : "%,d values are cut; --full prints all of them, --json for programs"
                  .formatted(cut));
    }
  }

  private List<String> table() {
    List<List<String>> columns = new ArrayList<>();
    for (Column column : columns()) {
      List<String> cells =
          instances.stream().map(column.value()).map(InstanceTable::orDash).toList();
      if (cells.stream().anyMatch(cell -> !cell.equals("-"))) {
        List<String> all = new ArrayList<>();
        all.add(column.title());
        all.addAll(cells);
        int longest = all.stream().mapToInt(String::length).max().orElse(0);
        columns.add(all.stream().map(cell -> cell + " ".repeat(longest - cell.length())).toList());
      }
    }
    return IntStream.rangeClosed(0, instances.size())
        .mapToObj(row ->
            columns.stream()
                .map(column -> column.get(row))
                .collect(Collectors.joining("  "))
                .stripTrailing())
        .toList();
  }

  private static String orDash(String cell) {
    return cell.isEmpty() ? "-" : Printable.text(cell);
  }

  /** Prints an instance with its service and id on the first line, and the rest indented. */
  private void printBlock(Instance instance, PrintWriter out) {
    out.println(Printable.text(instance.service()) + "  " + Printable.text(instance.id()));
    out.println("  " + Printable.text(address(instance)));
    List<String> facts = new ArrayList<>();
    addFact(facts, "version", instance.version());
    addFact(facts, "group", instance.group());
    addFact(facts, "zone", instance.zone());
    addFact(facts, "weight", weight(instance));
    addFact(facts, "since", since(instance));
    printFacts(facts, out);
    new TreeMap<>(instance.metadata())
        .forEach((key, value) -> out.println(fitted("  " + Printable.text(key + "=" + value))));
  }

  private static void addFact(List<String> facts, String name, String value) {
    if (!value.isEmpty()) {
      facts.add(name + " " + Printable.text(value));
    }
  }

  private void printFacts(List<String> facts, PrintWriter out) {
    StringBuilder line = new StringBuilder();
    for (String fact : facts) {
      if (!line.isEmpty() && line.length() + 2 + fact.length() > width) {
        out.println(line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "  " : ", ").append(fact);
    }
    out.println(line);
  }

  /** {@return a line that is cut to the width, unless values are printed in full} */
  private String fitted(String line) {
    if (full || line.length() <= width) {
      return line;
    }
    cut++;
    String length = "… (%,d characters)".formatted(line.strip().length());
    int end = width - length.length();
    if (Character.isHighSurrogate(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(0, end) + length;
  }
}
