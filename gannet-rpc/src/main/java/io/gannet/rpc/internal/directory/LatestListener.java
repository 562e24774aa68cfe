package io.gannet.rpc.internal.directory;

import io.gannet.rpc.DirectorySnapshot;
import io.gannet.transport.internal.text.FailureLog;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a listener on a virtual thread, with the latest list: one that comes while the listener is busy takes
 * the place of the one that waits.
 */
final class LatestListener {

  private static final FailureLog FAILURES = new FailureLog("io.gannet.rpc.failures");

  private final String service;
  private final Consumer<DirectorySnapshot> listener;

  /** What is told or waits to be; whoever finds nothing here starts the thread. */
  private final AtomicReference<@Nullable DirectorySnapshot> latest = new AtomicReference<>();

  private volatile boolean ended;

  LatestListener(String service, Consumer<DirectorySnapshot> listener) {
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
    while (true) {
      DirectorySnapshot snapshot = latest.get();
      if (snapshot == null) {
        return;
      }
      if (!ended) {
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
      FAILURES.warn("a listener", "the instances of " + service, e);
    }
  }
}
