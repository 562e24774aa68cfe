package io.gannet.rpc.internal.directory;

import io.gannet.rpc.DirectorySnapshot;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a listener of a directory on a virtual thread, with the latest list: one that comes while the listener
 * is busy takes the place of the one that waits. No list is told twice, and none after a later one.
 */
public final class LatestListener {

  private final String service;
  private final Consumer<DirectorySnapshot> listener;
  private final FailureLog failures;

  /** What is told or waits to be; whoever finds nothing here starts the thread. */
  private final AtomicReference<@Nullable DirectorySnapshot> latest = new AtomicReference<>();

  private volatile boolean ended;

  /** The version that was told last; only for the thread, of which there is one at a time. */
  private long told;

  /**
   * Creates one.
   *
   * @param service the name of the service
   * @param listener is told its lists
   * @param failures where it is logged that the listener has thrown
   */
  public LatestListener(String service, Consumer<DirectorySnapshot> listener, FailureLog failures) {
    this.service = service;
    this.listener = listener;
    this.failures = failures;
  }

  /**
   * Tells a list, unless there is a newer one by then. Doesn't wait.
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

  /** Tells nothing more. */
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
