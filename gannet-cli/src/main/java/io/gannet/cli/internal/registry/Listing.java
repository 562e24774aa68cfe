package io.gannet.cli.internal.registry;

import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectorySnapshot;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is known of a service at one moment.
 *
 * @param service its name
 * @param instances sorted by id
 * @param status how they are known
 */
record Listing(String service, List<Instance> instances, DirectoryStatus status) {

  /** Nothing is known. */
  static Listing unknown(String service) {
    return new Listing(
        service,
        List.of(),
        new DirectoryStatus(
            DirectoryStatus.State.WAITING, Instant.now(), null, Map.of(), Map.of(), Map.of()));
  }

  static Listing of(Directory directory) {
    // The list last: it may be newer than the status, but never says less.
    DirectoryStatus status = directory.status();
    DirectorySnapshot snapshot = directory.snapshot();
    return new Listing(snapshot.service(), snapshot.instances(), status);
  }

  boolean isEmpty() {
    return instances.isEmpty() && status.skipped().isEmpty();
  }

  /** {@return why the list isn't followed, in words; empty if it isn't known} */
  String cause() {
    Throwable cause = status.cause();
    if (cause == null) {
      return "";
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
