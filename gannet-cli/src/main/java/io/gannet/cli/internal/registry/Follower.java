package io.gannet.cli.internal.registry;

import io.gannet.discovery.Registry;
import io.gannet.rpc.Directory;
import java.util.List;

/** Follows one service and reports the changes since the last query. */
final class Follower implements AutoCloseable {

  private final Directory directory;
  private Listing last;

  /**
   * Starts to follow a service.
   *
   * @param registry the registry
   * @param service the name of the service
   * @param wake called when there is a new list
   */
  Follower(Registry registry, String service, Runnable wake) {
    directory = registry.watch(service);
    last = Listing.unknown(service);
    directory.onChange(list -> wake.run());
  }

  List<Change> changes() {
    Listing now = Listing.of(directory);
    List<Change> changes = Change.between(last, now);
    last = now;
    return changes;
  }

  /** {@return the last reported listing} */
  Listing last() {
    return last;
  }

  @Override
  public void close() {
    directory.close();
  }
}
