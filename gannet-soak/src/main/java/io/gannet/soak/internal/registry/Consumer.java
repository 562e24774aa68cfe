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

/**
 * Watches services like a consumer in its own process, and records the times of its listeners'
 * notifications.
 */
final class Consumer implements AutoCloseable {

  private final Registry registry;
  private final Map<String, Directory> directories = new LinkedHashMap<>();

  /** When a listener was notified of a new instance, by id. All ids are different. */
  private final Map<String, Long> came = new ConcurrentHashMap<>();

  private final Map<String, Long> went = new ConcurrentHashMap<>();

  /** The ids in the last list of each service; written by its listener only. */
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

  /** {@return when its listener was notified that an instance was added; 0 if it wasn't} */
  long came(String id) {
    return came.getOrDefault(id, 0L);
  }

  /** {@return when its listener was notified that an instance was removed; 0 if it wasn't} */
  long went(String id) {
    return went.getOrDefault(id, 0L);
  }

  /** {@return the instances whose removal was notified} */
  Set<String> gone() {
    return Set.copyOf(went.keySet());
  }

  /** Clears the removed instances. */
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

  /** {@return the number of services whose list is wrong} */
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
