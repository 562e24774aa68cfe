package io.gannet.discovery.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** All entries of a service at one moment, with their values as long as there is room. */
final class EntryList {

  private final ListLimit limit;
  private final Map<String, byte[]> values = new HashMap<>();
  private final Set<String> unread = new HashSet<>();
  private long bytes;
  private long unreadBytes;

  EntryList(ListLimit limit) {
    this.limit = limit;
  }

  /**
   * Adds an entry.
   *
   * @return false if there is no room for its name, so that the list can't be complete
   */
  boolean add(String name, byte[] value) {
    int cost = ListLimit.cost(name, value.length);
    if (bytes + cost <= limit.maxBytes()) {
      byte[] replaced = values.put(name, value);
      bytes += replaced == null ? cost : value.length - replaced.length;
    } else if (!values.containsKey(name) && unread.add(name)) {
      unreadBytes += ListLimit.cost(name, 0);
    }
    return values.size() + unread.size() <= limit.maxNames() && unreadBytes <= limit.maxBytes();
  }

  /** {@return the values by name} */
  Map<String, byte[]> values() {
    return values;
  }

  /** {@return the names of entries whose values had no room} */
  Set<String> unread() {
    return unread;
  }

  boolean contains(String name) {
    return values.containsKey(name) || unread.contains(name);
  }

  Stream<String> names() {
    return Stream.concat(values.keySet().stream(), unread.stream());
  }
}
