package io.gannet.soak.internal.registry;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryStatus;
import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Watches services as a consumer in a process of its own would, and notes when its listeners are told. */
final class Consumer implements AutoCloseable {

  private final Registry registry;
  private final Map<String, Directory> directories = new LinkedHashMap<>();

  /** When a listener was told that an instance is there, or has gone, by id: all ids differ. */
  private final Map<String, Long> came = new ConcurrentHashMap<>();

  private final Map<String, Long> went = new ConcurrentHashMap<>();

  /** Of each service what its listener was told at last; written by that listener only. */
  private final Map<String, Set<String>> told = new ConcurrentHashMap<>();

  Consumer(Registry registry, List<String> services) {
    this.registry = registry;
    for (String service : services) {
      Directory directory = registry.watch(service);
      directories.put(service, directory);
      directory.onChange(this::told);
    }
  }

  private void told(DirectorySnapshot list) {
    long now = System.nanoTime();
    Set<String> ids = list.instances().stream().map(Instance::id).collect(Collectors.toSet());
    Set<String> before = told.getOrDefault(list.service(), Set.of());
    for (String id : ids) {
      if (!before.contains(id)) {
        went.remove(id);
        came.put(id, now);
      }
    }
    Set<String> gone = new HashSet<>(before);
    gone.removeAll(ids);
    for (String id : gone) {
      came.remove(id);
      went.put(id, now);
    }
    told.put(list.service(), ids);
  }

  Registry registry() {
    return registry;
  }

  /** {@return when its listener was told that an instance has come; 0 if it was not} */
  long came(String id) {
    return came.getOrDefault(id, 0L);
  }

  /** {@return when its listener was told that an instance has gone; 0 if it was not} */
  long went(String id) {
    return went.getOrDefault(id, 0L);
  }

  /** {@return the instances that its listeners have been told to have gone} */
  Set<String> gone() {
    return Set.copyOf(went.keySet());
  }

  /** Forgets what has gone. */
  void forgetGone() {
    went.clear();
  }

  boolean isLive() {
    return registry.status().state() == RegistryStatus.State.CONNECTED
        && directories.values().stream()
            .allMatch(each -> each.status().state() == DirectoryStatus.State.LIVE);
  }

  boolean isStale() {
    return directories.values().stream()
        .allMatch(each -> each.status().state() == DirectoryStatus.State.STALE);
  }

  /** {@return how many services it knows otherwise than they are} */
  long wrong(Map<String, Map<String, Instance>> truth) {
    return directories.entrySet().stream()
        .filter(entry -> {
          Map<String, Instance> wanted = truth.getOrDefault(entry.getKey(), Map.of());
          List<Instance> known = entry.getValue().snapshot().instances();
          Set<String> heard = told.getOrDefault(entry.getKey(), Set.of());
          return !heard.equals(wanted.keySet())
              || !Set.copyOf(known).equals(Set.copyOf(wanted.values()));
        })
        .count();
  }

  @Override
  public void close() {
    registry.close();
  }
}
