package io.gannet.cli.internal.registry;

import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Gives fuzz targets access to the command's output. */
public final class PrintedInstance {

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private PrintedInstance() {}

  /**
   * {@return an instance as the command prints it}
   *
   * @param instance the instance
   * @param width the maximum length of a line
   */
  public static String of(Instance instance, int width) {
    InstanceTable table = new InstanceTable(NOW, width, false);
    DirectoryStatus live =
        new DirectoryStatus(DirectoryStatus.State.LIVE, NOW, null, Map.of(), Map.of(), Map.of());
    table.add(new Listing(instance.service(), List.of(instance), live));
    StringWriter text = new StringWriter();
    table.print(new PrintWriter(text));
    return text.toString();
  }
}
