package io.gannet.rpc;

import java.util.List;

/**
 * The instances of a service at one moment.
 *
 * @param service the name of the service
 * @param version counts the changes that one directory has seen, from 0, which is before there is a list
 * @param instances sorted by id
 */
public record DirectorySnapshot(String service, long version, List<Instance> instances) {

  /** Copies the list. */
  public DirectorySnapshot {
    instances = List.copyOf(instances);
  }
}
