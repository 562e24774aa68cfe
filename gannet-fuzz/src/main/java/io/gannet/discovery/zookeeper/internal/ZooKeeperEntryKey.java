package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.spi.EntryKey;
import org.jspecify.annotations.Nullable;

/** Gives fuzz targets access to the paths of ZooKeeper. */
public final class ZooKeeperEntryKey {

  private static final ZooKeeperPaths PATHS = new ZooKeeperPaths("/gannet");

  private ZooKeeperEntryKey() {}

  /**
   * {@return the key of an entry, or null if it is invalid}
   *
   * @param service a service
   * @param name the part of the path after the service
   */
  public static @Nullable EntryKey of(String service, String name) {
    return PATHS.key(PATHS.service(service) + "/" + name);
  }
}
