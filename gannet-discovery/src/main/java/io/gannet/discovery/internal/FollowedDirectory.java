package io.gannet.discovery.internal;

import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.internal.directory.LatestListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A directory of one user; several may have the same {@link ServiceFeed}. */
final class FollowedDirectory implements Directory {

  private final ServiceFeed feed;
  private final Consumer<FollowedDirectory> onClose;
  private final Promise<DirectorySnapshot> ready = new Promise<>();
  private final List<LatestListener> listeners = new ArrayList<>();
  private boolean closed;

  /**
   * Creates a directory.
   *
   * @param onClose called once, by the first call of {@link #close}
   */
  FollowedDirectory(ServiceFeed feed, Consumer<FollowedDirectory> onClose) {
    this.feed = feed;
    this.onClose = onClose;
  }

  @Override
  public String service() {
    return feed.snapshot().service();
  }

  @Override
  public DirectorySnapshot snapshot() {
    return feed.snapshot();
  }

  @Override
  public CompletionStage<DirectorySnapshot> ready() {
    return ready.stage();
  }

  @Override
  public synchronized Subscription onChange(Consumer<DirectorySnapshot> listener) {
    LatestListener added = new LatestListener(service(), listener, RegistryLog.LOG);
    if (!closed) {
      listeners.add(added);
    }
    DirectorySnapshot now = feed.snapshot();
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

  /** Called when there is a new list. */
  synchronized void published(DirectorySnapshot snapshot) {
    if (!closed) {
      ready.complete(snapshot);
      listeners.forEach(listener -> listener.offer(snapshot));
    }
  }

  @Override
  public DirectoryStatus status() {
    DirectoryStatus status = feed.status();
    synchronized (this) {
      if (!closed || status.state() == DirectoryStatus.State.CLOSED) {
        return status;
      }
    }
    return new DirectoryStatus(
        DirectoryStatus.State.CLOSED,
        Instant.now(),
        status.cause(),
        status.seen(),
        status.missing(),
        status.skipped());
  }

  @Override
  public void close() {
    if (end()) {
      onClose.accept(this);
    }
  }

  /** {@return whether the directory was still open} */
  boolean end() {
    synchronized (this) {
      if (closed) {
        return false;
      }
      closed = true;
      listeners.forEach(LatestListener::end);
      listeners.clear();
    }
    ready.fail(new IllegalStateException("the directory of %s is closed".formatted(service())));
    return true;
  }
}
