package io.gannet.discovery.internal.memory;

import io.gannet.discovery.spi.WatchListener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The data that all in-memory registries with the same name in this process share. It exists while
 * one of them is open. Services and entries are identified by their encoded names. Safe for use by
 * any number of threads.
 */
public final class MemoryStore {

  private static final Map<String, MemoryStore> STORES = new HashMap<>();

  /** The place of an entry. */
  record Place(String service, String name) {}

  private static final class Entry {
    private final byte[] value;
    private final Object owner;

    Entry(byte[] value, Object owner) {
      this.value = value.clone();
      this.owner = owner;
    }

    byte[] value() {
      return value.clone();
    }

    boolean isOf(Object other) {
      return owner.equals(other);
    }
  }

  private final String name;
  private final Map<String, Map<String, Entry>> services = new HashMap<>();
  private final Map<String, List<WatchListener>> listeners = new HashMap<>();
  private int users;

  private MemoryStore(String name) {
    this.name = name;
  }

  /**
   * Opens a store. Each call needs a matching {@link #close}.
   *
   * @param name the name of the store
   * @return the store that all callers with this name share
   */
  public static MemoryStore open(String name) {
    synchronized (STORES) {
      MemoryStore store = STORES.computeIfAbsent(name, MemoryStore::new);
      store.users++;
      return store;
    }
  }

  /**
   * Removes the entries of an owner. The last call removes the store.
   *
   * @param owner the owner
   */
  public void close(Object owner) {
    for (Place place : held(owner).keySet()) {
      remove(place.service(), place.name());
    }
    synchronized (STORES) {
      if (--users == 0) {
        STORES.remove(name);
      }
    }
  }

  /**
   * Writes an entry.
   *
   * @param service the service
   * @param entry the name of the entry
   * @param value the value
   * @param owner the owner, with which the entry is removed
   */
  public synchronized void put(String service, String entry, byte[] value, Object owner) {
    services.computeIfAbsent(service, any -> new HashMap<>()).put(entry, new Entry(value, owner));
    for (WatchListener listener : listeners.getOrDefault(service, List.of())) {
      listener.changed(entry, value.clone());
    }
  }

  /**
   * Removes an entry, if it exists.
   *
   * @param service the service
   * @param entry the name of the entry
   */
  public synchronized void remove(String service, String entry) {
    Map<String, Entry> entries = services.get(service);
    if (entries == null || entries.remove(entry) == null) {
      return;
    }
    if (entries.isEmpty()) {
      services.remove(service);
    }
    for (WatchListener listener : listeners.getOrDefault(service, List.of())) {
      listener.changed(entry, null);
    }
  }

  /**
   * Reads an entry.
   *
   * @param service the service
   * @param entry the name of the entry
   * @return the value, or null
   */
  public synchronized byte @Nullable [] get(String service, String entry) {
    Entry found = services.getOrDefault(service, Map.of()).get(entry);
    return found == null ? null : found.value();
  }

  synchronized Map<Place, byte[]> held(Object owner) {
    Map<Place, byte[]> held = new HashMap<>();
    services.forEach((service, entries) ->
        entries.forEach((entry, content) -> {
          if (content.isOf(owner)) {
            held.put(new Place(service, entry), content.value());
          }
        }));
    return held;
  }

  synchronized Collection<String> services() {
    return Set.copyOf(services.keySet());
  }

  synchronized void watch(String service, WatchListener listener) {
    new TreeMap<>(services.getOrDefault(service, Map.of()))
        .forEach((entry, content) -> listener.entry(entry, content.value()));
    listeners.computeIfAbsent(service, any -> new ArrayList<>()).add(listener);
    listener.listed();
  }

  synchronized void unwatch(String service, WatchListener listener) {
    List<WatchListener> watching = listeners.get(service);
    if (watching != null && watching.remove(listener) && watching.isEmpty()) {
      listeners.remove(service);
    }
  }
}
