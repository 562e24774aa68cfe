package io.gannet.cli.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.DirectoryStatus.State;
import io.gannet.rpc.Instance;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChangeTest {

  private static final Instance ONE = Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one");

  private static Listing listing(
      State state, Set<String> missing, Map<String, String> skipped, Instance... instances) {
    Map<String, Instant> since =
        missing.stream().collect(Collectors.toMap(id -> id, id -> Instant.EPOCH));
    IOException cause = state == State.STALE ? new IOException("no answer") : null;
    return new Listing(
        "Greeter",
        List.of(instances),
        new DirectoryStatus(state, Instant.EPOCH, cause, Map.of(), since, skipped));
  }

  private static Listing live(Instance... instances) {
    return listing(State.LIVE, Set.of(), Map.of(), instances);
  }

  private static List<String> told(Listing before, Listing now) {
    return Change.between(before, now).stream()
        .map(change -> "%s %s %s".formatted(change.kind(), change.id(), change.text()))
        .toList();
  }

  @Test
  void unchangedListsAreNotReported() {
    assertThat(told(live(ONE), live(ONE))).isEmpty();
  }

  @Test
  void changedAttributesAreReportedOneByOne() {
    assertThat(told(live(ONE), live(ONE.withGroup("blue").withMetadata(Map.of("a", "b")))))
        .containsExactly("CHANGED one group - -> blue, metadata {} -> {a=b}");
  }

  @Test
  void anInterruptedWatchAndItsRecoveryAreReported() {
    Listing stale = listing(State.STALE, Set.of(), Map.of(), ONE);
    assertThat(told(live(ONE), stale))
        .containsExactly("STALE  can't be followed, the last list is kept: no answer");
    assertThat(told(stale, live(ONE))).containsExactly("LIVE  list is up to date");
  }

  @Test
  void aKeptInstanceThatIsMissingIsReported() {
    Listing missing = listing(State.LIVE, Set.of("one"), Map.of(), ONE);
    assertThat(told(live(ONE), missing))
        .containsExactly("MISSING one missing in the registry, kept for now");
    assertThat(told(missing, live(ONE))).containsExactly("RETURNED one back in the registry");
    assertThat(told(missing, live())).containsExactly("REMOVED one tcp://10.0.0.5:7000");
  }

  @Test
  void anInvalidEntryIsReportedUntilItIsRepaired() {
    Listing skipped = listing(State.LIVE, Set.of(), Map.of("one", "no JSON"));
    assertThat(told(live(), skipped)).containsExactly("SKIPPED one skipped: no JSON");
    assertThat(told(skipped, live(ONE))).containsExactly("ADDED one tcp://10.0.0.5:7000");
    assertThat(told(skipped, live())).containsExactly("REMOVED one skipped entry removed");
  }
}
