package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.KeyNames;
import org.jspecify.annotations.Nullable;

/**
 * The paths of nodes: {@code root/services/SERVICE/ID}.
 *
 * @param root starts with a slash and doesn't end with one
 */
record ZooKeeperPaths(String root) {

  String services() {
    return root + "/services";
  }

  String service(String service) {
    return services() + "/" + KeyNames.encode(service);
  }

  String entry(EntryKey key) {
    return service(key.service()) + "/" + KeyNames.encode(key.id());
  }

  /** {@return the key of an entry, or null if the path isn't that of an entry} */
  @Nullable EntryKey key(String path) {
    String prefix = services() + "/";
    if (!path.startsWith(prefix)) {
      return null;
    }
    String[] parts = path.substring(prefix.length()).split("/", -1);
    try {
      return parts.length == 2
          ? new EntryKey(KeyNames.decode(parts[0]), KeyNames.decode(parts[1]))
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
