package io.gannet.discovery.internal;

import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The known state of a service, for all directories that follow it. */
final class ServiceFeed {

  private final List<FollowedDirectory> directories = new CopyOnWriteArrayList<>();
  private final Map<String, Instant> seen = new HashMap<>();
  private volatile DirectorySnapshot snapshot;
  private volatile DirectoryStatus status;

  ServiceFeed(String service) {
    snapshot = new DirectorySnapshot(service, 0, List.of());
    status =
        new DirectoryStatus(
            DirectoryStatus.State.WAITING, Instant.now(), null, Map.of(), Map.of(), Map.of());
  }

  DirectorySnapshot snapshot() {
    return snapshot;
  }

  DirectoryStatus status() {
    return status;
  }

  void add(FollowedDirectory directory) {
    directories.add(directory);
  }

  void remove(FollowedDirectory directory) {
    directories.remove(directory);
  }

  /** Called when the registry is closed. */
  void end() {
    directories.forEach(FollowedDirectory::end);
  }

  boolean isUnused() {
    return directories.isEmpty();
  }

  /**
   * Stores a list.
   *
   * @return whether it differs from the previous one, so that it must be {@linkplain #publish
   *     published} once its status is {@linkplain #explain known}
   */
  boolean store(List<Instance> instances) {
    DirectorySnapshot before = snapshot;
    if (before.version() > 0 && before.instances().equals(instances)) {
      return false;
    }
    Instant now = Instant.now();
    Map<String, Instance> byId = new HashMap<>();
    instances.forEach(instance -> byId.put(instance.id(), instance));
    seen.keySet().retainAll(byId.keySet());
    byId.keySet().forEach(id -> seen.putIfAbsent(id, now));
    snapshot = new DirectorySnapshot(before.service(), before.version() + 1, instances);
    return true;
  }

  /** Tells the directories of the stored list. */
  void publish() {
    DirectorySnapshot stored = snapshot;
    directories.forEach(directory -> directory.published(stored));
  }

  /** Sets the status of the list. */
  void explain(
      DirectoryStatus.State state,
      @Nullable Throwable cause,
      Map<String, Instant> missing,
      Map<String, String> skipped) {
    DirectoryStatus before = status;
    Instant since = before.state() == state ? before.since() : Instant.now();
    status = new DirectoryStatus(state, since, cause, seen, missing, skipped);
  }
}
