package io.gannet.rpc.internal.directory;

import io.gannet.rpc.DirectorySnapshot;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a listener of a directory on a virtual thread with the latest list. A list that arrives
 * while the listener is busy replaces the one that waits. No list is delivered twice, and none
 * after a later one.
 */
public final class LatestListener {

  private final String service;
  private final Consumer<DirectorySnapshot> listener;
  private final FailureLog failures;

  /**
   * The list that is being delivered or waits for delivery. The thread that finds null here starts
   * the virtual thread.
   */
  private final AtomicReference<@Nullable DirectorySnapshot> latest = new AtomicReference<>();

  private volatile boolean ended;

  /**
   * The version that was delivered last. Only for the virtual thread, of which there is at most
   * one.
   */
  private long told;

  /**
   * Creates the caller of a listener.
   *
   * @param service the name of the service
   * @param listener receives the lists of the service
   * @param failures the log for its exceptions
   */
  public LatestListener(String service, Consumer<DirectorySnapshot> listener, FailureLog failures) {
    this.service = service;
    this.listener = listener;
    this.failures = failures;
  }

  /**
   * Delivers a list, unless there is a newer one by then. Doesn't wait.
   *
   * @param snapshot the list
   */
  public void offer(DirectorySnapshot snapshot) {
    if (latest.getAndSet(snapshot) == null) {
      Thread.ofVirtual()
          .name("gannet-directory-" + PeerText.escape(service)) // names of threads are logged
          .start(this::run);
    }
  }

  /** Delivers no more lists. */
  public void end() {
    ended = true;
  }

  private void run() {
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
      failures.warn("a listener", "the instances of " + service, e);
    }
  }
}
