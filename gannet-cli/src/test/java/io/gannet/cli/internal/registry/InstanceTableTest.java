package io.gannet.cli.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstanceTableTest {

  private static final Instant SINCE = Instant.parse("2026-01-31T12:00:00Z");

  private static List<String> print(int width, boolean full, Instance... instances) {
    InstanceTable table = new InstanceTable(SINCE.plus(Duration.ofMinutes(6)), width, full);
    table.add(Listing.of(Directory.of("Greeter", List.of(instances))));
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    table.print(printer);
    printer.flush();
    return out.toString().lines().toList();
  }

  private static Instance instance(String id) {
    return Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(id).withSince(SINCE);
  }

  @Test
  void theTableOmitsEmptyColumns() {
    assertThat(print(80, false, instance("one"), instance("two").withWeight(5)))
        .containsExactly(
            "SERVICE  ID   ADDRESS              WEIGHT  SINCE (UTC)",
            "Greeter  one  tcp://10.0.0.5:7000  100     2026-01-31 12:00:00 (6 min)",
            "Greeter  two  tcp://10.0.0.5:7000  5       2026-01-31 12:00:00 (6 min)");
  }

  @Test
  void noLineExceedsTheWidthForAnyMetadata() {
    Instance much =
        instance("10.0.0.5:7000-40f0fedc")
            .withVersion("1.2")
            .withGroup("blue")
            .withZone("eu-1a")
            .withMetadata(Map.of("build", "417", "description", "x".repeat(16_000)));
    List<String> lines = print(80, false, much);
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    assertThat(lines)
        .contains(
            "Greeter  10.0.0.5:7000-40f0fedc",
            "  tcp://10.0.0.5:7000",
            "  version 1.2, group blue, zone eu-1a, weight 100",
            "  build=417",
            "1 value is cut; --full prints all of it, --json for programs");
    assertThat(lines).anySatisfy(line -> assertThat(line).endsWith("x… (16,012 characters)"));
    assertThat(print(80, true, much)).contains("  description=" + "x".repeat(16_000));
  }

  @Test
  void theWidthIsThatOfTheTerminalIfKnown() {
    assertThat(InstanceTable.width(Map.of("COLUMNS", "132"))).isEqualTo(132);
    assertThat(InstanceTable.width(Map.of("COLUMNS", "wide"))).isEqualTo(80);
    assertThat(InstanceTable.width(Map.of())).isEqualTo(80);
  }
}
