package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.KeyNames;
import org.jspecify.annotations.Nullable;

/**
 * Where things are: {@code root/services/SERVICE/ID}.
 *
 * @param root begins with a slash and doesn't end with one
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

  /** {@return the key of an entry, or null if this is the path of none} */
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
