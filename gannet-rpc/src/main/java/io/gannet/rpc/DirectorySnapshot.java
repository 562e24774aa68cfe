package io.gannet.rpc;

import java.util.List;

/**
 * The instances of a service at one moment.
 *
 * @param service the name of the service
 * @param version the number of changes that this directory has seen; 0 if there is no list yet
 * @param instances the instances, sorted by id
 */
public record DirectorySnapshot(String service, long version, List<Instance> instances) {

  /** Copies the list. */
  public DirectorySnapshot {
    instances = List.copyOf(instances);
  }
}
