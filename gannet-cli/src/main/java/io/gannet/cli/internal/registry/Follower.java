package io.gannet.cli.internal.registry;

import io.gannet.discovery.Registry;
import io.gannet.rpc.Directory;
import java.util.List;

/** Follows one service, and tells what is different from the last time it was asked. */
final class Follower implements AutoCloseable {

  private final Directory directory;
  private Listing last;

  /**
   * Begins to follow.
   *
   * @param registry where
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

  /** {@return what was told at last} */
  Listing last() {
    return last;
  }

  @Override
  public void close() {
    directory.close();
  }
}
