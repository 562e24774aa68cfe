package io.gannet.discovery.internal;

import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.KeyNames;
import io.gannet.rpc.Instance;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The instances of a service in the registry, read from its entries. */
final class ServiceList {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceList.class);

  private final String service;
  private final ListLimit limit;
  private final Counters counters;
  private final Map<String, Instance> instances = new TreeMap<>();
  private final Map<String, String> skipped = new TreeMap<>();

  /** The size of each instance's entry for the limit, by id. */
  private final Map<String, Integer> costs = new HashMap<>();

  /** The sum of these sizes. */
  private long bytes;

  /** Whether entries were skipped because of a limit since the last list. */
  private boolean isOverLimit;

  /** Whether an entry was removed or became smaller after that. */
  private boolean hasRoom;

  ServiceList(String service, ListLimit limit, Counters counters) {
    this.service = service;
    this.limit = limit;
    this.counters = counters;
  }

  /** {@return the instances by id, sorted} */
  Map<String, Instance> instances() {
    return instances;
  }

  /** {@return the printable reasons why entries were skipped, by the name in the key} */
  Map<String, String> skipped() {
    return skipped;
  }

  /** {@return whether a new list may contain instances that were skipped because of a limit} */
  boolean hasRoom() {
    return hasRoom;
  }

  /** Replaces the list. Known instances are added first, so that new ones don't take their room. */
  void replace(EntryList list) {
    List.copyOf(instances.keySet()).stream()
        .filter(id -> !list.contains(KeyNames.encode(id)))
        .forEach(this::remove);
    if (!skipped.isEmpty()) {
      skipped.keySet().retainAll(list.names().map(EntryText::of).collect(Collectors.toSet()));
    }
    isOverLimit = false;
    Set<String> known =
        instances.keySet().stream().map(KeyNames::encode).collect(Collectors.toSet());
    list.unread().stream()
        .sorted()
        .forEach(name -> skipForRoom(name, known.contains(name), limit.noRoom()));
    Map<String, byte[]> values = new TreeMap<>(list.values());
    // Those that shrink make room for those that grow.
    values.entrySet().stream()
        .filter(entry -> known.contains(entry.getKey()))
        .sorted(Comparator.comparingInt(this::growth))
        .toList()
        .forEach(entry -> put(entry.getKey(), entry.getValue()));
    values.forEach((name, value) -> {
      if (!known.contains(name)) {
        put(name, value);
      }
    });
    hasRoom = false;
  }

  /** {@return how many bytes more an entry of a known instance costs than before} */
  private int growth(Map.Entry<String, byte[]> entry) {
    String name = entry.getKey();
    return ListLimit.cost(name, entry.getValue().length)
        - costs.getOrDefault(KeyNames.decode(name), 0);
  }

  void change(String name, Optional<byte[]> value) {
    if (value.isPresent()) {
      put(name, value.get());
      return;
    }
    skipped.remove(EntryText.of(name));
    hasRoom |= isOverLimit;
    try {
      remove(KeyNames.decode(name));
    } catch (IllegalArgumentException e) {
      LOG.debug("{} was never read, so nothing is lost", EntryText.of(name));
    }
  }

  private void put(String name, byte[] value) {
    String id;
    try {
      id = KeyNames.decode(name);
    } catch (IllegalArgumentException e) {
      skip(name, e.getMessage()); // keep the instance with the other spelling
      return;
    }
    int cost = ListLimit.cost(name, value.length);
    boolean isKnown = instances.containsKey(id);
    if (!isKnown && instances.size() >= limit.maxInstances()) {
      skipForRoom(
          name,
          false,
          "exceeds the limit of %d instances (withMaxInstances)".formatted(limit.maxInstances()));
      return;
    }
    if (bytes - costs.getOrDefault(id, 0) + cost > limit.maxBytes()) {
      skipForRoom(name, isKnown, limit.noRoom());
      return;
    }
    try {
      instances.put(id, InstanceJson.decode(new EntryKey(service, id), value));
      account(id, cost);
      skipped.remove(EntryText.of(name));
    } catch (IllegalArgumentException e) {
      remove(id);
      skip(name, e.getMessage());
    }
  }

  private void remove(String id) {
    instances.remove(id);
    account(id, 0);
  }

  private void account(String id, int cost) {
    Integer before = cost == 0 ? costs.remove(id) : costs.put(id, cost);
    int more = cost - (before == null ? 0 : before);
    bytes += more;
    hasRoom |= isOverLimit && more < 0;
  }

  /** Skips an entry that exceeds a limit. A known instance keeps its previous value. */
  private void skipForRoom(String name, boolean isKnown, String why) {
    isOverLimit = true;
    skip(name, isKnown ? why + "; the previous version of the instance is kept" : why);
  }

  private void skip(String name, @Nullable String why) {
    String shown = EntryText.of(name);
    String problem = EntryText.of(String.valueOf(why));
    if (problem.equals(skipped.get(shown))) {
      return;
    }
    if (skipped.containsKey(shown) || skipped.size() < limit.maxInstances()) {
      skipped.put(shown, problem);
    }
    counters.skipped.increment();
    RegistryLog.LOG.warn(service, "skipped the entry %s: %s".formatted(shown, problem));
  }
}
