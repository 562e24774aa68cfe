package io.gannet.cli.internal.registry;

import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The known state of a service at one moment.
 *
 * @param service the name of the service
 * @param instances sorted by id
 * @param status the status of the directory
 */
record Listing(String service, List<Instance> instances, DirectoryStatus status) {

  /** {@return a listing without any knowledge of the service} */
  static Listing unknown(String service) {
    return new Listing(
        service,
        List.of(),
        new DirectoryStatus(
            DirectoryStatus.State.WAITING, Instant.now(), null, Map.of(), Map.of(), Map.of()));
  }

  static Listing of(Directory directory) {
    // Reads the list after the status: the list may be newer than the status, but never older.
    DirectoryStatus status = directory.status();
    DirectorySnapshot snapshot = directory.snapshot();
    return new Listing(snapshot.service(), snapshot.instances(), status);
  }

  boolean isEmpty() {
    return instances.isEmpty() && status.skipped().isEmpty();
  }

  /** {@return the reason why the list is out of date; empty if it isn't known} */
  String cause() {
    Throwable cause = status.cause();
    if (cause == null) {
      return "";
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
