package io.gannet.discovery.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries of other programs among the instances of a service. */
class ServiceListTest {

  private static final byte[] GOOD = bytes("{\"protocol\":\"tcp\",\"address\":\"h:1\"}");

  private static final ListLimit LIMIT = new ListLimit(100, 2_000, "test");

  private final ServiceList list = new ServiceList("shop", LIMIT, new Counters());

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private void replace(Map<String, byte[]> entries) {
    EntryList listed = new EntryList(LIMIT);
    new TreeMap<>(entries).forEach((name, value) -> assertThat(listed.add(name, value)).isTrue());
    list.replace(listed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%61", "%+61", "%6", "%zz"})
  void anEntryWhoseNameIsWrittenInAnotherWayTakesNoInstanceAway(String name) {
    list.change("a", Optional.of(GOOD));
    list.change("%25zz", Optional.of(GOOD)); // an instance that is called %zz

    list.change(name, Optional.of(GOOD));
    assertThat(list.instances()).containsOnlyKeys("a", "%zz");
    assertThat(list.skipped()).containsOnlyKeys(name);

    list.change(name, Optional.empty());
    assertThat(list.instances()).containsOnlyKeys("a", "%zz");
    assertThat(list.skipped()).isEmpty();

    replace(Map.of("a", GOOD, "%25zz", GOOD, name, GOOD));
    assertThat(list.instances()).containsOnlyKeys("a", "%zz");
  }

  @Test
  void entriesThatAreTooLargeTogetherAreSkippedUntilThereIsRoom() {
    byte[] large = bytes("{\"protocol\":\"tcp\",\"address\":\"h:1\"}" + " ".repeat(404));
    replace(Map.of("a", GOOD, "b", large));
    list.change("c", Optional.of(large));
    list.change("d", Optional.of(large));
    assertThat(list.instances()).containsOnlyKeys("a", "b", "c");
    assertThat(list.skipped())
        .hasEntrySatisfying("d", why -> assertThat(why).contains("limit of 2,000 bytes"));

    assertThat(list.hasRoom()).isFalse();
    list.change("b", Optional.of(GOOD)); // has become smaller
    assertThat(list.hasRoom()).isTrue();
    list.change("d", Optional.of(large));
    assertThat(list.instances()).containsOnlyKeys("a", "b", "d", "c");

    list.change("c", Optional.empty());
    list.change("d", Optional.of(bytes("garbage")));
    list.change("e", Optional.of(large));
    list.change("f", Optional.of(large));
    assertThat(list.instances()).containsOnlyKeys("a", "b", "e", "f");

    replace(Map.of("g", large, "h", large)); // what was there before doesn't count
    assertThat(list.instances()).containsOnlyKeys("g", "h");
    assertThat(list.skipped()).isEmpty();
    assertThat(list.hasRoom()).isFalse();
    list.change("g", Optional.empty()); // nothing was skipped
    assertThat(list.hasRoom()).isFalse();
  }

  @Test
  void aKnownInstanceKeepsItsOldValueIfThereIsNoRoomForTheNewOne() {
    byte[] large = bytes("{\"protocol\":\"tcp\",\"address\":\"h:1\"}" + " ".repeat(404));
    replace(Map.of("x", GOOD, "y", large, "z", GOOD));
    list.change("z", Optional.of(bytes("{\"protocol\":\"tcp\"}" + " ".repeat(1_500))));
    assertThat(list.instances()).containsOnlyKeys("x", "y", "z");
    assertThat(list.skipped())
        .hasEntrySatisfying(
            "z", why -> assertThat(why).contains("previous version of the instance is kept"));

    replace(Map.of("a", large, "b", large, "c", large, "y", large, "z", GOOD));
    assertThat(list.instances()).containsOnlyKeys("a", "y", "z");
    assertThat(list.skipped()).containsOnlyKeys("b", "c", "y", "z");
    assertThat(list.hasRoom()).isFalse();
    list.change("b", Optional.empty());
    assertThat(list.hasRoom()).isTrue();
  }

  @Test
  void instancesThatShrinkMakeRoomForThoseThatGrow() {
    byte[] large = bytes("{\"protocol\":\"tcp\",\"address\":\"h:1\"}" + " ".repeat(1_404));
    for (int i = 0; i < 2; i++) {
      replace(Map.of("a", GOOD, "b", large));
      assertThat(list.skipped()).isEmpty();
      replace(Map.of("a", large, "b", GOOD));
      assertThat(list.skipped()).isEmpty();
    }
  }

  @Test
  void aListWithTooManyNamesIsNotComplete() {
    EntryList listed = new EntryList(LIMIT);
    String name = "x".repeat(1_000);
    assertThat(listed.add("a" + name, GOOD)).isFalse();
    assertThat(listed.add("b", GOOD)).isFalse();
    EntryList many = new EntryList(new ListLimit(1, Integer.MAX_VALUE, "test"));
    for (int i = 0; i < 20_000; i++) {
      assertThat(many.add("" + i, GOOD)).isTrue();
    }
    assertThat(many.add("one more", GOOD)).isFalse();
  }

  @Test
  void messagesAboutEntriesAreShortAndPrintable() {
    String hostile = "\\u001b[2J\\r\\n\\u202e" + "x".repeat(5000);
    list.change(
        "a", Optional.of(bytes("{\"protocol\":\"%s\",\"address\":\"h:1\"}".formatted(hostile))));
    list.change("b", Optional.of(bytes("\u001b[2J\r\n")));

    assertThat(list.skipped())
        .hasSize(2)
        .allSatisfy((name, problem) -> {
          assertThat(problem).hasSizeLessThan(400);
          assertThat(problem.codePoints())
              .noneMatch(
                  c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
        });
  }
}
