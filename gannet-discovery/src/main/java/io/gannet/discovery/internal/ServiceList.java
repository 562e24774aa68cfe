package io.gannet.discovery.internal;

import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.KeyNames;
import io.gannet.discovery.spi.ListLimit;
import io.gannet.rpc.Instance;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The instances of a service that the registry has, read from its entries. */
final class ServiceList {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceList.class);

  private final String service;
  private final int maxInstances;
  private final ListLimit limit;
  private final Counters counters;
  private final Map<String, Instance> instances = new TreeMap<>();
  private final Map<String, String> skipped = new TreeMap<>();

  /** How many bytes the entry of each instance has, by id. */
  private final Map<String, Integer> sizes = new HashMap<>();

  /** The sum of all sizes. */
  private long bytes;

  /** Whether entries were skipped for a limit since the last list. */
  private boolean isOverLimit;

  /** Whether something went away or became smaller after that. */
  private boolean hasRoom;

  ServiceList(String service, int maxInstances, ListLimit limit, Counters counters) {
    this.service = service;
    this.maxInstances = maxInstances;
    this.limit = limit;
    this.counters = counters;
  }

  /** {@return by id, sorted} */
  Map<String, Instance> instances() {
    return instances;
  }

  /** {@return what is wrong with entries that are no instances, by the name in the key} */
  Map<String, String> skipped() {
    return skipped;
  }

  /** {@return whether another list may have instances that were skipped because there was no room for them} */
  boolean hasRoom() {
    return hasRoom;
  }

  /** Takes a new list in place of the old one. */
  void replace(Map<String, byte[]> entries) {
    instances.keySet().removeIf(id -> !entries.containsKey(KeyNames.encode(id)));
    skipped.keySet().retainAll(entries.keySet());
    sizes.clear(); // all that is left is put again
    bytes = 0;
    isOverLimit = false;
    new TreeMap<>(entries).forEach(this::put);
    hasRoom = false;
  }

  void change(String name, Optional<byte[]> value) {
    if (value.isPresent()) {
      put(name, value.get());
      return;
    }
    skipped.remove(name);
    try {
      remove(KeyNames.decode(name));
    } catch (IllegalArgumentException e) {
      LOG.debug("{} was never read, so nothing is lost", name, e);
    }
  }

  private void put(String name, byte[] value) {
    String id;
    try {
      id = KeyNames.decode(name);
    } catch (IllegalArgumentException e) {
      skip(name, e); // and leave alone the instance whose name is written in another way
      return;
    }
    try {
      if (!instances.containsKey(id) && instances.size() >= maxInstances) {
        throw new OverLimitException(
            "exceeds the limit of %d instances (withMaxInstances)".formatted(maxInstances));
      }
      if (bytes - sizes.getOrDefault(id, 0) + value.length > limit.maxBytes()) {
        throw new OverLimitException(
            "exceeds the limit of %d bytes for all entries (%s)"
                .formatted(limit.maxBytes(), limit.setting()));
      }
      instances.put(id, InstanceJson.decode(new EntryKey(service, id), value));
      resize(id, value.length);
      skipped.remove(name);
    } catch (IllegalArgumentException e) {
      remove(id);
      isOverLimit |= e instanceof OverLimitException;
      skip(name, e);
    }
  }

  private void remove(String id) {
    instances.remove(id);
    resize(id, 0);
  }

  private void resize(String id, int size) {
    Integer before = size == 0 ? sizes.remove(id) : sizes.put(id, size);
    int more = size - (before == null ? 0 : before);
    bytes += more;
    hasRoom |= isOverLimit && more < 0;
  }

  /** There is no room for an entry. */
  private static final class OverLimitException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    OverLimitException(String message) {
      super(message);
    }
  }

  private void skip(String name, IllegalArgumentException why) {
    String problem = EntryText.of(String.valueOf(why.getMessage()));
    if (!problem.equals(skipped.get(name)) && skipped.size() < maxInstances) {
      skipped.put(name, problem);
      counters.malformed.increment();
      RegistryLog.LOG.warn(
          service, "skipped the entry %s: %s".formatted(EntryText.of(name), problem));
    }
  }
}
