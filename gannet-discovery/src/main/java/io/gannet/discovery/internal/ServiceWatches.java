package io.gannet.discovery.internal;

import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All services that a registry follows. Each is followed once, for any number of directories. */
final class ServiceWatches {

  /** The maximum number of services that are listed at the same time. */
  private static final int LISTINGS = 4;

  private final RegistryCore core;
  private final ListingQueue queue = new ListingQueue(LISTINGS);

  /** Guarded by this. The watches themselves belong to the loop. */
  private final Map<String, ServiceWatch> watches = new LinkedHashMap<>();

  private boolean closed;

  ServiceWatches(RegistryCore core) {
    this.core = core;
  }

  /** Called on any thread. */
  synchronized Directory follow(String service) {
    if (closed) {
      throw new IllegalStateException(core.uri() + " is closed");
    }
    ServiceWatch existing = watches.get(service);
    ServiceWatch watch = existing == null ? new ServiceWatch(core, queue, service) : existing;
    ServiceFeed feed = watch.feed();
    FollowedDirectory directory =
        new FollowedDirectory(feed, self -> unfollow(service, watch, self));
    feed.add(directory);
    if (existing == null) {
      watches.put(service, watch);
      core.execute(() -> watch.connected(Duration.ZERO));
    }
    DirectorySnapshot known = feed.snapshot();
    if (known.version() > 0) {
      directory.published(known);
    }
    return directory;
  }

  private synchronized void unfollow(
      String service, ServiceWatch watch, FollowedDirectory directory) {
    watch.feed().remove(directory);
    if (!closed && watch.feed().isUnused()) {
      watches.remove(service);
      core.execute(watch::close);
    }
  }

  synchronized int size() {
    return watches.size();
  }

  void connected(boolean first) {
    all().forEach(watch -> watch.connected(first ? Duration.ZERO : core.spread()));
  }

  void disconnected(Throwable cause) {
    all().forEach(watch -> watch.disconnected(cause));
  }

  void close() {
    synchronized (this) {
      closed = true;
    }
    for (ServiceWatch watch : all()) {
      watch.close();
      watch.feed().end();
    }
  }

  private synchronized List<ServiceWatch> all() {
    return List.copyOf(watches.values());
  }
}
