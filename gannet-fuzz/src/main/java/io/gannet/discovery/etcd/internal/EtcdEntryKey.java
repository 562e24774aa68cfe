package io.gannet.discovery.etcd.internal;

import io.gannet.discovery.spi.EntryKey;
import org.jspecify.annotations.Nullable;

/** Gives fuzz targets access to the keys of etcd. */
public final class EtcdEntryKey {

  private static final EtcdKeys KEYS = new EtcdKeys("/gannet");

  private EtcdEntryKey() {}

  /**
   * {@return the key of an entry, or null if it is invalid}
   *
   * @param service a service
   * @param name the part of the key after the service
   */
  public static @Nullable EntryKey of(String service, String name) {
    return KEYS.key(EtcdKeys.bytes(KEYS.service(service) + name));
  }
}
