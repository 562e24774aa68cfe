package io.gannet.discovery.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.cli.internal.registry.PrintedInstance;
import io.gannet.discovery.etcd.internal.EtcdEntryKey;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.KeyNames;
import io.gannet.discovery.zookeeper.internal.ZooKeeperEntryKey;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import io.gannet.rpc.Instance;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Arbitrary contents of a registry: values, names, and changes of both. */
public final class RegistryEntryTarget implements Target {

  private static final EntryKey KEY = new EntryKey("shop", "one");
  private static final int LONGEST_TEXT = 1000;

  /** Different names with a similar meaning, and invalid names. */
  private static final List<String> NAMES =
      List.of(
          "a", "%61", "%2F", "%2f", "%zz", "%25zz", "\u00fc", "%C3%BC", ".", "%2E", "%+1", "%C3",
          "");

  /** More than any list in this target. */
  private static final ListLimit LIMIT = new ListLimit(100, 1 << 20, "test");

  private static final List<String> VALUES =
      List.of(
          "{\"protocol\":\"tcp\",\"address\":\"h:1\"}",
          "{\"protocol\":\"tcp\",\"address\":\"h:2\",\"weight\":5}",
          "{\"protocol\":\"tcp\"}",
          "x");

  @Override
  public String name() {
    return "registry-entries";
  }

  @Override
  public String description() {
    return "names and values of entries in a registry";
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.discovery.internal.InstanceJson",
        "io.gannet.discovery.internal.ServiceList",
        "io.gannet.discovery.spi.KeyNames",
        "io.gannet.discovery.etcd.internal.EtcdKeys",
        "io.gannet.discovery.zookeeper.internal.ZooKeeperPaths",
        "io.gannet.cli.internal.registry.InstanceTable",
        "io.gannet.rpc.Instance",
        "tools.jackson.core.json.UTF8StreamJsonParser");
  }

  @Override
  public List<byte[]> seeds() {
    Instance instance =
        new Instance(
            "shop",
            "one",
            "1.2",
            "blue",
            "eu",
            7,
            "tls",
            "h:1",
            Instant.parse("2026-01-31T12:00:00.5Z"),
            Map.of("a", "1"));
    return List.of(
        Input.of(new int[] {0}, InstanceJson.encode(instance)),
        text(
            0,
            "{\"protocol\":\"ws\",\"address\":\"h:1/p\",\"since\":\"+12345-01-01T00:00:00Z\",\"x\":[]}"),
        text(0, "{\"protocol\":\"\\u001b[31m\",\"address\":\"h\",\"metadata\":{\"k\":\"v\"}}"),
        text(1, "%C3%BCa%2F"),
        text(1, "plain.name"),
        Input.of(new int[] {2, 0, 0, 0, 1, 1, 0, 5, 0, 1, 4, 3, 0, 2, 1}, new byte[0]));
  }

  private static byte[] text(int what, String text) {
    return Input.of(new int[] {what}, text.getBytes(UTF_8));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    switch (input.choice(3)) {
      case 0 -> value(input.rest());
      case 1 -> name(new String(input.rest(), UTF_8));
      default -> changes(input);
    }
  }

  private static void value(byte[] value) {
    Instance instance;
    try {
      instance = InstanceJson.decode(KEY, value);
    } catch (IllegalArgumentException e) {
      ServiceList list = new ServiceList("shop", LIMIT, new Counters());
      list.change(KEY.id(), Optional.of(value));
      checkText(list.skipped().get(KEY.id()));
      return;
    }
    Instance again = InstanceJson.decode(KEY, InstanceJson.encode(instance));
    Finding.unless(again.equals(instance), "%s is read again as %s", instance, again);
    String table = PrintedInstance.of(instance, Integer.MAX_VALUE);
    Finding.unless(table.lines().count() == 2, "not a line: %s", table);
    isFitForATerminal(table);
    isFitForATerminal(PrintedInstance.of(instance, 40));
  }

  private static void isFitForATerminal(String printed) {
    Finding.unless(
        printed.lines().noneMatch(line -> line.chars().anyMatch(Character::isISOControl)),
        "not fit for a terminal: %s",
        printed);
  }

  private static void name(String name) {
    @Nullable EntryKey etcd = EtcdEntryKey.of("shop", name);
    @Nullable EntryKey zooKeeper = ZooKeeperEntryKey.of("shop", name);
    try {
      String read = KeyNames.decode(name);
      Finding.unless(KeyNames.encode(read).equals(name), "%s is read as %s", name, read);
      EntryKey key = new EntryKey("shop", read);
      Finding.unless(key.equals(etcd) && key.equals(zooKeeper), "%s and %s", etcd, zooKeeper);
    } catch (IllegalArgumentException e) {
      Finding.unless(etcd == null && zooKeeper == null, "%s and %s", etcd, zooKeeper);
    }
    String proper = wellFormed(name);
    if (!proper.isEmpty()
        && proper.length() <= 200
        && proper.chars().noneMatch(Character::isISOControl)) {
      Finding.unless(KeyNames.decode(KeyNames.encode(name)).equals(proper), "not as it was");
    }
  }

  private static String wellFormed(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }

  /**
   * Applies changes and checks that the list contains exactly the valid instances with valid names.
   */
  private static void changes(Input input) {
    ServiceList list = new ServiceList("shop", LIMIT, new Counters());
    Map<String, byte[]> entries = new HashMap<>();
    while (input.left() > 0) {
      int what = input.choice(4);
      String name = NAMES.get(input.choice(NAMES.size()));
      byte[] value = VALUES.get(input.choice(VALUES.size())).getBytes(UTF_8);
      switch (what) {
        case 0, 1 -> {
          entries.put(name, value);
          list.change(name, Optional.of(value));
        }
        case 2 -> {
          entries.remove(name);
          list.change(name, Optional.empty());
        }
        default -> {
          if (entries.remove(name) == null) {
            entries.put(name, value);
          }
          EntryList listed = new EntryList(LIMIT);
          entries.forEach(listed::add);
          list.replace(listed);
        }
      }
      TreeSet<String> expected = new TreeSet<>();
      entries.forEach((key, said) -> {
        if (isInstance(key, said)) {
          expected.add(KeyNames.decode(key));
        }
      });
      Finding.unless(
          list.instances().keySet().equals(expected),
          "%s are there, and %s are listed",
          expected,
          list.instances().keySet());
      list.skipped().values().forEach(RegistryEntryTarget::checkText);
    }
  }

  private static boolean isInstance(String name, byte[] value) {
    try {
      String id = KeyNames.decode(name);
      InstanceJson.decode(new EntryKey("shop", id), value);
      return KeyNames.encode(id).equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void checkText(@Nullable String text) {
    Finding.unless(
        text != null
            && text.length() <= LONGEST_TEXT
            && text.chars().noneMatch(Character::isISOControl),
        "not fit for a log: %s",
        text);
  }
}
