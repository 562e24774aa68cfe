package io.gannet.discovery.internal;

import io.gannet.rpc.DirectorySnapshot;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a listener on a virtual thread with the latest list. A list that arrives while the listener
 * is busy replaces the waiting one.
 */
final class ConflatingListener {

  private final String service;
  private final Consumer<DirectorySnapshot> listener;

  /** The list that is being passed or waits. A caller that finds no list here starts the thread. */
  private final AtomicReference<@Nullable DirectorySnapshot> latest = new AtomicReference<>();

  private volatile boolean ended;

  ConflatingListener(String service, Consumer<DirectorySnapshot> listener) {
    this.service = service;
    this.listener = listener;
  }

  void offer(DirectorySnapshot snapshot) {
    if (latest.getAndSet(snapshot) == null) {
      Thread.ofVirtual().name("gannet-directory-" + service).start(this::run);
    }
  }

  void end() {
    ended = true;
  }

  private void run() {
    long told = 0;
    while (true) {
      DirectorySnapshot snapshot = latest.get();
      if (snapshot == null) {
        return;
      }
      if (!ended && snapshot.version() > told) {
        told = snapshot.version();
        tell(snapshot);
      }
      if (latest.compareAndSet(snapshot, null)) {
        return;
      }
    }
  }

  private void tell(DirectorySnapshot snapshot) {
    try {
      listener.accept(snapshot);
    } catch (RuntimeException | Error e) {
      RegistryLog.LOG.warn("a listener", "the instances of " + service, e);
    }
  }
}
