package io.gannet.rpc.internal.directory;

import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.DirectoryStatus.State;
import io.gannet.rpc.Instance;
import io.gannet.rpc.PublishedDirectory;
import io.gannet.transport.internal.text.FailureLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A directory whose list the program supplies. */
public final class ListDirectory implements PublishedDirectory {

  private static final FailureLog FAILURES = new FailureLog("io.gannet.rpc.failures");

  private final String service;
  private final Runnable onClose;
  private final CompletableFuture<DirectorySnapshot> ready = new CompletableFuture<>();

  // Guarded by the monitor. Nothing else is called while the monitor is locked.
  private final List<LatestListener> listeners = new ArrayList<>();
  private final Map<String, Instant> seen = new HashMap<>();
  private volatile DirectorySnapshot snapshot;
  private volatile DirectoryStatus status;

  /**
   * Creates a directory that waits for its first list.
   *
   * @param service the name of the service
   * @param onClose called when the directory is closed for the first time
   */
  public ListDirectory(String service, Runnable onClose) {
    this.service = service;
    this.onClose = onClose;
    snapshot = new DirectorySnapshot(service, 0, List.of());
    status = new DirectoryStatus(State.WAITING, Instant.now(), null, Map.of(), Map.of(), Map.of());
  }

  @Override
  public synchronized void publish(List<Instance> instances) {
    List<Instance> sorted = instances.stream().sorted(Comparator.comparing(Instance::id)).toList();
    Set<String> ids = checkedIds(sorted);
    if (status.state() == State.CLOSED) {
      return;
    }
    Instant now = Instant.now();
    seen.keySet().retainAll(ids);
    ids.forEach(id -> seen.putIfAbsent(id, now));
    DirectorySnapshot before = snapshot;
    boolean isNew = before.version() == 0 || !before.instances().equals(sorted);
    if (isNew) {
      snapshot = new DirectorySnapshot(service, before.version() + 1, sorted);
    }
    become(State.LIVE, null); // a reader of this state also sees the list
    if (isNew) {
      DirectorySnapshot next = snapshot;
      listeners.forEach(listener -> listener.offer(next));
      Thread.startVirtualThread(() -> ready.complete(next));
    }
  }

  private Set<String> checkedIds(List<Instance> instances) {
    Set<String> ids = new HashSet<>();
    for (Instance instance : instances) {
      if (!instance.service().equals(service)) {
        throw new IllegalArgumentException(
            "%s is an instance of %s, not of %s"
                .formatted(instance.id(), instance.service(), service));
      }
      if (!ids.add(instance.id())) {
        throw new IllegalArgumentException("two instances have the same id " + instance.id());
      }
    }
    return ids;
  }

  @Override
  public synchronized void fail(Throwable cause) {
    if (status.state() != State.CLOSED) {
      become(snapshot.version() == 0 ? State.WAITING : State.STALE, cause);
    }
  }

  private void become(State state, @Nullable Throwable cause) {
    Instant since = status.state() == state ? status.since() : Instant.now();
    status = new DirectoryStatus(state, since, cause, seen, Map.of(), Map.of());
  }

  @Override
  public String service() {
    return service;
  }

  @Override
  public DirectorySnapshot snapshot() {
    return snapshot;
  }

  @Override
  public CompletionStage<DirectorySnapshot> ready() {
    return ready.minimalCompletionStage();
  }

  @Override
  public synchronized Subscription onChange(Consumer<DirectorySnapshot> listener) {
    LatestListener added = new LatestListener(service, listener, FAILURES);
    if (status.state() != State.CLOSED) {
      listeners.add(added);
    }
    DirectorySnapshot now = snapshot;
    if (now.version() > 0) {
      added.offer(now);
    }
    return () -> {
      added.end();
      remove(added);
    };
  }

  private synchronized void remove(LatestListener listener) {
    listeners.remove(listener);
  }

  @Override
  public DirectoryStatus status() {
    return status;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (status.state() == State.CLOSED) {
        return;
      }
      become(State.CLOSED, null);
      listeners.forEach(LatestListener::end);
      listeners.clear();
    }
    Thread.startVirtualThread(() ->
        ready.completeExceptionally(
            new IllegalStateException("the directory of %s is closed".formatted(service))));
    onClose.run();
  }
}
