package io.gannet.discovery.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.discovery.RegistryOptions;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus.State;
import io.gannet.rpc.Instance;
import io.gannet.transport.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceWatchTest {

  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final RegistryOptions OPTIONS =
      RegistryOptions.defaults()
          .withSpread(Duration.ZERO)
          .withOutageGrace(GRACE)
          .withMaxInstances(20)
          .withBackoff(Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(4)));

  private final ScriptedDriver driver = new ScriptedDriver(true);
  private final DefaultRegistry registry = driver.open(OPTIONS);
  private final Directory directory = registry.watch("Greeter");

  @AfterEach
  void close() {
    registry.close();
  }

  private static byte[] value(String id) {
    return InstanceJson.encode(
        Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId(id).withSince(Instant.EPOCH));
  }

  private static Map<String, byte[]> entries(String... ids) {
    Map<String, byte[]> entries = new HashMap<>();
    for (String id : ids) {
      entries.put(id, value(id));
    }
    return entries;
  }

  private ScriptedDriver.Watched watched() {
    driver.settle();
    return driver.watches.getLast();
  }

  private void list(String... ids) {
    watched().listed(entries(ids));
    driver.settle();
  }

  private void change(String id, boolean there) {
    watched().listener().changed(id, there ? value(id) : null);
    driver.settle();
  }

  private List<String> ids() {
    driver.settle();
    return directory.snapshot().instances().stream().map(Instance::id).toList();
  }

  @Test
  void thereIsNoListBeforeTheFirstListing() {
    assertThat(directory.status().state()).isEqualTo(State.WAITING);
    assertThat(directory.snapshot().version()).isZero();
    assertThat(driver.watches).isEmpty();
    driver.connect("s1");
    assertThat(directory.status().state()).isEqualTo(State.WAITING);
    list();
    assertThat(directory.status().state()).isEqualTo(State.LIVE);
    assertThat(directory.snapshot().version()).isEqualTo(1);
    assertThat(directory.ready().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void changesFollowTheList() {
    driver.connect("s1");
    list("a", "b");
    change("c", true);
    change("a", false);
    assertThat(ids()).containsExactly("b", "c");
    assertThat(directory.status().seen()).containsOnlyKeys("b", "c");
  }

  @Test
  void anOutageChangesNothing() {
    driver.connect("s1");
    list("a", "b");
    long version = directory.snapshot().version();
    driver.disconnect();
    assertThat(ids()).containsExactly("a", "b");
    assertThat(directory.status().state()).isEqualTo(State.STALE);
    assertThat(directory.status().cause()).hasMessage("cut");
    driver.advance(Duration.ofDays(1));
    assertThat(ids()).containsExactly("a", "b");
    driver.connect("s1");
    assertThat(directory.status().state()).isEqualTo(State.STALE);
    list("a", "b");
    assertThat(directory.status().state()).isEqualTo(State.LIVE);
    assertThat(directory.status().cause()).isNull();
    assertThat(directory.snapshot().version()).isEqualTo(version);
  }

  @Test
  void changesDuringAnOutageAreSeenAfterIt() {
    driver.connect("s1");
    list("a", "b", "c");
    driver.disconnect();
    driver.connect("s1");
    list("a", "b", "d");
    assertThat(ids()).containsExactly("a", "b", "d");
  }

  @Test
  void aLostWatchIsListedAgain() {
    driver.connect("s1");
    list("a");
    ScriptedDriver.Watched first = watched();
    first.listener().lost(new IllegalStateException("compacted"));
    driver.settle();
    assertThat(first.closed()).isDone();
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.watches).hasSize(2);
    list("a", "b");
    assertThat(ids()).containsExactly("a", "b");
    // Late events of the old watch are ignored.
    first.listener().changed("a", null);
    assertThat(ids()).containsExactly("a", "b");
  }

  @Test
  void failedListingsAreRetriedWithGrowingPauses() {
    driver.connect("s1");
    for (int pause : new int[] {1, 2, 4, 4}) {
      watched().listener().lost(new IllegalStateException("refused"));
      driver.settle();
      int before = driver.watches.size();
      driver.advance(Duration.ofMillis(pause * 1000 - 1));
      assertThat(driver.watches).hasSize(before);
      driver.advance(Duration.ofMillis(1));
      assertThat(driver.watches).hasSize(before + 1);
    }
  }

  @Test
  void aWatchThatEndsAtOnceIsListedAgainWithGrowingPauses() {
    driver.connect("s1");
    for (int pause : new int[] {1, 2, 4, 4}) {
      list("a");
      watched().listener().lost(new IllegalStateException("cancelled"));
      driver.settle();
      int before = driver.watches.size();
      driver.advance(Duration.ofMillis(pause * 1000 - 1));
      assertThat(driver.watches).hasSize(before);
      driver.advance(Duration.ofMillis(1));
      assertThat(driver.watches).hasSize(before + 1);
    }
    list("a");
    driver.advance(Duration.ofMinutes(1));
    watched().listener().lost(new IllegalStateException("cancelled"));
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.watches).as("after a good while all is forgiven").hasSize(6);
  }

  @Test
  void anUnansweredListingIsRetried() {
    driver.connect("s1");
    driver.settle();
    driver.advance(OPTIONS.requestTimeout().plusSeconds(1));
    assertThat(driver.watches).hasSize(2);
    assertThat(driver.watches.getFirst().closed()).isDone();
    list("a");
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void anEmptyListAfterAnOutageIsNotBelievedAtOnce() {
    driver.connect("s1");
    list("a", "b");
    long version = directory.snapshot().version();
    driver.disconnect();
    driver.connect("s1");
    list();
    assertThat(ids()).containsExactly("a", "b");
    assertThat(directory.status().missing()).containsOnlyKeys("a", "b");
    change("b", true);
    assertThat(ids()).containsExactly("a", "b");
    assertThat(directory.status().missing()).containsOnlyKeys("a");
    change("a", true);
    assertThat(directory.status().missing()).isEmpty();
    driver.advance(GRACE);
    assertThat(ids()).containsExactly("a", "b");
    assertThat(directory.snapshot().version()).isEqualTo(version);
  }

  @Test
  void anEmptyListIsBelievedInTheEnd() {
    driver.connect("s1");
    list("a", "b");
    driver.disconnect();
    driver.connect("s1");
    list();
    driver.advance(GRACE.minusMillis(1));
    assertThat(ids()).containsExactly("a", "b");
    driver.advance(Duration.ofMillis(1));
    assertThat(ids()).isEmpty();
    assertThat(directory.status().missing()).isEmpty();
  }

  @Test
  void instancesThatExpireSoonAfterAnOutageAreKeptToo() {
    driver.connect("s1");
    list("a", "b", "c");
    driver.disconnect();
    driver.connect("s2");
    list("a", "b", "c");
    driver.advance(Duration.ofSeconds(5));
    change("a", false);
    assertThat(ids()).as("one of three may go").containsExactly("b", "c");
    change("b", false);
    change("c", false);
    assertThat(ids()).containsExactly("a", "b", "c");
    driver.advance(GRACE);
    assertThat(ids()).isEmpty();
  }

  @Test
  void anOutageDuringTheGraceBeginsItAnew() {
    driver.connect("s1");
    list("a");
    driver.disconnect();
    driver.connect("s1");
    list();
    driver.advance(GRACE.minusSeconds(1));
    driver.disconnect();
    driver.advance(GRACE);
    driver.connect("s1");
    list();
    assertThat(ids()).containsExactly("a");
    driver.advance(GRACE);
    assertThat(ids()).isEmpty();
  }

  @Test
  void withoutAnOutageAnEmptyListIsBelieved() {
    driver.connect("s1");
    list("a");
    driver.advance(GRACE);
    change("a", false);
    assertThat(ids()).isEmpty();
  }

  @Test
  void tooManyChangesAtOnceAreListedInstead() {
    driver.connect("s1");
    list();
    ScriptedDriver.Watched first = watched();
    driver.run(() -> {
      // The registry's thread is busy meanwhile.
      for (int i = 0; i < 1_000; i++) {
        first.listener().changed("i" + i, value("i" + i));
      }
    });
    assertThat(registry.stats().overflows()).isEqualTo(1);
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.watches).hasSize(2);
    list("a");
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void manyChangesOfOneEntryCountAsOne() {
    driver.connect("s1");
    list();
    driver.run(() -> {
      for (int i = 0; i < 1_000; i++) {
        watchedNow().listener().changed("a", i % 2 == 0 ? value("a") : null);
      }
    });
    assertThat(directory.snapshot().version()).isEqualTo(1);
    assertThat(driver.watches).hasSize(1);
  }

  private ScriptedDriver.Watched watchedNow() {
    return driver.watches.getLast();
  }

  @Test
  void moreInstancesThanTheLimitAreSkippedAndReported() {
    driver.connect("s1");
    String[] ids = new String[25];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "i%02d".formatted(i);
    }
    list(ids);
    assertThat(ids()).hasSize(20);
    assertThat(directory.status().skipped())
        .containsOnlyKeys("i20", "i21", "i22", "i23", "i24")
        .hasEntrySatisfying("i20", why -> assertThat(why).contains("withMaxInstances"));
  }

  @Test
  void instancesSkippedForTheirNumberAreAddedWhenOthersLeave() {
    driver.connect("s1");
    String[] green = names("green", 20);
    list(names("blue", 20));
    for (String id : green) {
      change(id, true);
    }
    assertThat(directory.status().skipped()).containsOnlyKeys(green);

    driver.run(() -> {
      for (String id : names("blue", 20)) {
        watchedNow().listener().changed(id, null);
      }
    });
    assertThat(ids()).isNotEmpty(); // there are instances: those of before, until they are listed
    assertThat(directory.status().state()).isEqualTo(State.LIVE);
    driver.advance(Duration.ofSeconds(1));
    assertThat(driver.watches).hasSize(2);
    list(green);
    assertThat(ids()).containsExactly(green);
    assertThat(directory.status().skipped()).isEmpty();
    assertThat(directory.status().missing()).isEmpty();

    change("green00", false); // nothing is skipped
    driver.advance(Duration.ofSeconds(10));
    assertThat(driver.watches).hasSize(2);
  }

  @Test
  void instancesSkippedForTheirSizeAreAddedWhenOthersLeave() {
    driver.connect("s1");
    watched().listed(large(names("blue", 9)));
    driver.settle();
    large(names("green", 9)).forEach((id, value) -> watched().listener().changed(id, value));
    driver.settle();
    assertThat(ids()).hasSize(10);
    assertThat(directory.status().skipped()).hasSize(8);

    for (String id : names("blue", 9)) {
      change(id, false);
    }
    driver.advance(Duration.ofSeconds(1));
    watched().listed(large(names("green", 9)));
    assertThat(ids()).containsExactly(names("green", 9));
  }

  @Test
  void aServiceOverTheLimitIsNotListedAgainForEachRemoval() {
    driver.connect("s1");
    list(names("i", 25));
    for (int i = 0; i < 50; i++) { // half a minute
      String gone = directory.snapshot().instances().getFirst().id();
      change(gone, false);
      driver.advance(Duration.ofMillis(600));
      if (directory.status().state() == State.STALE) {
        list(names("i", 25));
      }
      change(gone, true);
    }
    assertThat(driver.watches).hasSizeBetween(5, 14);
  }

  @Test
  void entriesThatAreTooLongAreSkippedAlone() {
    driver.connect("s1");
    Map<String, byte[]> entries = entries("a");
    entries.put("junk-0", new byte[600_000]);
    entries.put("junk-1", new byte[600_000]);
    watched().listed(entries);
    assertThat(ids()).containsExactly("a");
    driver.run(() -> {
      watchedNow().listener().changed("junk-2", new byte[600_000]);
      watchedNow().listener().changed("junk-3", new byte[600_000]);
    });
    assertThat(directory.status().state()).isEqualTo(State.LIVE);
    assertThat(directory.status().skipped())
        .containsOnlyKeys("junk-0", "junk-1", "junk-2", "junk-3")
        .allSatisfy((id, why) -> assertThat(why).contains("600000 bytes", "limit of 131072"));
  }

  @Test
  void valuesThatWereReplacedDoNotCount() {
    driver.connect("s1");
    list("a");
    driver.run(() -> {
      for (int i = 0; i < 40; i++) {
        large("a").forEach(watchedNow().listener()::changed);
      }
    });
    assertThat(registry.stats().overflows()).isZero();
    assertThat(directory.status().state()).isEqualTo(State.LIVE);
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "%s%02d".formatted(prefix, i))
        .toArray(String[]::new);
  }

  /** Ten of them have less than the limit of a mebibyte, eleven have more. */
  private static Map<String, byte[]> large(String... ids) {
    Map<String, byte[]> entries = entries(ids);
    entries.replaceAll((id, value) -> {
      byte[] padded = Arrays.copyOf(value, 100_000);
      Arrays.fill(padded, value.length, padded.length, (byte) ' ');
      return padded;
    });
    return entries;
  }

  @Test
  void anEntryThatBecomesUnreadableIsRemoved() {
    driver.connect("s1");
    list("a", "b");
    watched().listener().changed("a", "garbage".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(ids()).containsExactly("b");
    assertThat(directory.status().skipped()).containsOnlyKeys("a");
    change("a", true);
    assertThat(ids()).containsExactly("a", "b");
    assertThat(directory.status().skipped()).isEmpty();
  }

  @Test
  void aServiceWhoseListBreaksTheConnectionIsListedLessAndLessOften() {
    Directory other = registry.watch("Other");
    driver.connect("s1");
    for (int i = 0; i < 20; i++) {
      for (ScriptedDriver.Watched each : driver.watches) {
        if (each.service().equals("Other") && !each.closed().isDone()) {
          each.listed(Map.of());
        }
      }
      driver.settle();
      assertThat(other.status().state()).isEqualTo(State.LIVE);
      if (directoryIsListed()) {
        driver.disconnect();
        driver.connect("s1");
      }
      driver.advance(Duration.ofSeconds(1)); // 20 s in all
    }
    // Twice at once, then after 2 to 4 s, 4 to 8 s, 8 to 16 s.
    assertThat(driver.watches.stream().filter(each -> each.service().equals("Greeter")))
        .hasSizeBetween(4, 5);
    assertThat(directory.status().cause()).hasMessageContaining("while Greeter was listed");
    for (int i = 0; i < 40 && !directoryIsListed(); i++) {
      driver.advance(Duration.ofSeconds(1));
    }
    list("a");
    assertThat(ids()).containsExactly("a");
    driver.disconnect();
    driver.connect("s1");
    assertThat(directoryIsListed()).isTrue(); // and all is as before
  }

  private boolean directoryIsListed() {
    driver.settle();
    return driver.watches.stream()
        .anyMatch(each -> each.service().equals("Greeter") && !each.closed().isDone());
  }

  @Test
  void fewServicesAreListedAtATime() {
    List<Directory> others = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      others.add(registry.watch("Other" + i));
    }
    driver.connect("s1");
    assertThat(driver.watches).hasSize(4);
    for (int i = 0; i < 11; i++) {
      driver.settle();
      driver.watches.get(i).listed(Map.of());
      driver.settle();
      assertThat(driver.watches).hasSize(Math.min(11, i + 5));
    }
    assertThat(others).allMatch(each -> each.status().state() == State.LIVE);
  }

  @Test
  void aDirectoryClosedWhileQueuedIsNotListed() {
    List<Directory> others = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      others.add(registry.watch("Other" + i));
    }
    driver.connect("s1");
    others.reversed().forEach(Directory::close);
    driver.settle();
    assertThat(driver.watches).hasSize(4);
    assertThat(registry.stats().watched()).isEqualTo(1);
    assertThat(registry.watch("Late").status().state()).isEqualTo(State.WAITING);
    driver.settle();
    assertThat(driver.watches).hasSize(5);
  }

  @Test
  void workAfterAnOutageIsSpread() {
    RegistryOptions spread = OPTIONS.withSpread(Duration.ofSeconds(10));
    ScriptedDriver many = new ScriptedDriver(true);
    try (DefaultRegistry others = many.open(spread)) {
      for (int i = 0; i < 100; i++) {
        others.watch("Service" + i);
      }
      many.connect("s1");
      for (int i = 0; i < 100; i++) {
        many.watches.get(i).listed(Map.of());
        many.settle();
      }
      many.disconnect();
      many.connect("s1");
      many.advance(Duration.ofSeconds(1));
      int early = many.watches.size() - 100;
      assertThat(early).isBetween(0, 4);
      for (int second = 0; second < 10; second++) {
        many.watches.forEach(watch -> watch.listed(Map.of()));
        many.advance(Duration.ofSeconds(1));
      }
      many.watches.forEach(watch -> watch.listed(Map.of()));
      many.settle();
      assertThat(many.watches.size()).isGreaterThan(110);
    }
  }

  @Test
  void aClosedRegistryClosesItsDirectories() {
    driver.connect("s1");
    list("a");
    Directory waiting = registry.watch("Other");
    registry.close();
    assertThat(directory.status().state()).isEqualTo(State.CLOSED);
    assertThat(directory.snapshot().instances()).hasSize(1);
    assertThatThrownBy(() -> waiting.ready().toCompletableFuture().get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
  }
}
