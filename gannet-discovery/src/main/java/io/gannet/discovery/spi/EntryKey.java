package io.gannet.discovery.spi;

import io.gannet.rpc.Instance;

/**
 * The key of an entry in a registry.
 *
 * @param service the name of the service
 * @param id the id of the instance
 */
public record EntryKey(String service, String id) {

  /**
   * Returns the key of an instance.
   *
   * @param instance the instance
   * @return its key
   */
  public static EntryKey of(Instance instance) {
    return new EntryKey(instance.service(), instance.id());
  }
}
