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
 * What all registries with the same name in this process share; there as long as one of them is open. Services
 * and entries go by their names as they are written in keys. Safe for use by any number of threads.
 */
public final class MemoryStore {

  private static final Map<String, MemoryStore> STORES = new HashMap<>();

  /** Where an entry is. */
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
   * Opens a store; each that is opened is to be closed.
   *
   * @param name of the store
   * @return the one that everybody has who opens that name
   */
  public static MemoryStore open(String name) {
    synchronized (STORES) {
      MemoryStore store = STORES.computeIfAbsent(name, MemoryStore::new);
      store.users++;
      return store;
    }
  }

  /**
   * Removes what an owner has written. The last one to close takes the store along.
   *
   * @param owner whose entries
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
   * @param service of which service
   * @param entry its name
   * @param value what to write
   * @param owner with whom it goes
   */
  public synchronized void put(String service, String entry, byte[] value, Object owner) {
    services.computeIfAbsent(service, any -> new HashMap<>()).put(entry, new Entry(value, owner));
    for (WatchListener listener : listeners.getOrDefault(service, List.of())) {
      listener.changed(entry, value.clone());
    }
  }

  /**
   * Removes an entry, if it is there.
   *
   * @param service of which service
   * @param entry its name
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
   * @param service of which service
   * @param entry its name
   * @return its value, or null
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
