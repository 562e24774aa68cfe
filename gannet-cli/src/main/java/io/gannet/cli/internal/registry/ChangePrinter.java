package io.gannet.cli.internal.registry;

import io.gannet.cli.internal.common.Printable;
import io.gannet.rpc.Instance;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Prints each change on a line with the time. */
final class ChangePrinter {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private static final int MAX_LINE = 400;

  private final PrintWriter out;
  private final boolean json;

  /** The longest service name so far, which keeps the columns aligned. */
  private int width = 8;

  /**
   * Creates a printer.
   *
   * @param out the destination
   * @param json whether to print JSON for programs
   */
  ChangePrinter(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  void print(Change change) {
    if (json) {
      printJson(change);
      return;
    }
    String service = Printable.text(change.service());
    width = Math.max(width, service.length());
    String text =
        "%s %s  %s %s%s"
            .formatted(
                TIME.format(Instant.now()),
                service + " ".repeat(width - service.length()),
                change.kind().sign,
                change.id().isEmpty() ? "" : Printable.text(change.id()) + "  ",
                Printable.text(change.text()));
    out.println(cut(text.stripTrailing()));
  }

  /** Cuts a long line, so that one change doesn't fill the screen. */
  private static String cut(String line) {
    return line.length() <= MAX_LINE
        ? line
        : "%s… (%,d characters; --json prints all)"
            .formatted(line.substring(0, MAX_LINE), line.length());
  }

  private void printJson(Change change) {
    ObjectNode line = RegistryJson.object();
    line.put("time", Instant.now().toString());
    line.put("event", change.kind().name().toLowerCase(Locale.ROOT));
    line.put("service", change.service());
    if (!change.id().isEmpty()) {
      line.put("id", change.id());
    }
    switch (change.kind()) {
      case SKIPPED, STALE, CHANGED -> line.put("text", change.text());
      case ADDED, REMOVED, MISSING, RETURNED, LIVE -> {}
    }
    Instance instance = change.instance();
    if (instance != null) {
      line.set("instance", RegistryJson.of(instance));
    }
    out.println(line);
  }

  /** Prints an event that concerns the whole registry. */
  void note(String event, String text) {
    if (json) {
      ObjectNode line = RegistryJson.object();
      line.put("time", Instant.now().toString());
      line.put("event", event);
      line.put("text", text);
      out.println(line);
    } else {
      out.println("%s %s".formatted(TIME.format(Instant.now()), Printable.text(text)));
    }
  }

  /** {@return whether the output can still be written} */
  boolean flush() {
    return !out.checkError();
  }
}
