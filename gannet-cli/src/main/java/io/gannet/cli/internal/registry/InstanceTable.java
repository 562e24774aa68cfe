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
import java.util.stream.Collectors;

/** Prints instances below each other, each in a line, and what is to be noted about them behind that. */
final class InstanceTable {

  private static final List<String> HEADER =
      List.of("SERVICE", "ID", "ADDRESS", "VERSION", "GROUP", "ZONE", "WEIGHT", "SINCE (UTC)");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private final Instant now;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private boolean metadata;

  /**
   * Creates an empty table.
   *
   * @param now what ages are counted from
   */
  InstanceTable(Instant now) {
    this.now = now;
  }

  void add(Listing listing) {
    listing.instances().forEach(instance -> rows.add(row(instance)));
    metadata |= listing.instances().stream().anyMatch(each -> !each.metadata().isEmpty());
    String service = Printable.text(listing.service());
    listing.status().skipped().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(entry ->
            notes.add(
                "! %s/%s is skipped: %s"
                    .formatted(
                        service,
                        Printable.text(entry.getKey()),
                        Printable.text(entry.getValue()))));
  }

  private List<String> row(Instance instance) {
    String data =
        instance.metadata().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    return List.of(
        instance.service(),
        instance.id(),
        instance.protocol() + "://" + instance.address(),
        instance.version(),
        instance.group(),
        instance.zone(),
        String.valueOf(instance.weight()),
        since(instance.since()),
        data);
  }

  private String since(Instant since) {
    return since.equals(Instant.EPOCH)
        ? ""
        : "%s (%s)".formatted(TIME.format(since), age(Duration.between(since, now)));
  }

  /** The largest unit of which there are two or more, as that says enough. */
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
    if (!rows.isEmpty()) {
      printRows(out);
    }
    notes.forEach(out::println);
  }

  private void printRows(PrintWriter out) {
    List<List<String>> all = new ArrayList<>();
    List<String> header = new ArrayList<>(HEADER);
    if (metadata) {
      header.add("METADATA");
    }
    all.add(header);
    for (List<String> row : rows) {
      all.add(
          row.subList(0, header.size()).stream()
              .map(cell -> cell.isEmpty() ? "-" : Printable.text(cell))
              .toList());
    }
    int[] widths = new int[header.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
