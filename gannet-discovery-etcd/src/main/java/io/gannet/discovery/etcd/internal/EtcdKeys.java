package io.gannet.discovery.etcd.internal;

import io.etcd.jetcd.ByteSequence;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.KeyNames;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The keys of entries: {@code root/services/SERVICE/ID}.
 *
 * @param root starts with a slash and doesn't end with one
 */
record EtcdKeys(String root) {

  static ByteSequence bytes(String key) {
    return ByteSequence.from(key, StandardCharsets.UTF_8);
  }

  /** {@return the prefix of the keys of all entries} */
  String services() {
    return root + "/services/";
  }

  /** {@return the prefix of the keys of a service's entries} */
  String service(String service) {
    return services() + KeyNames.encode(service) + "/";
  }

  ByteSequence entry(EntryKey key) {
    return bytes(service(key.service()) + KeyNames.encode(key.id()));
  }

  /** {@return the part of a key after a prefix, or null if it isn't the name of an entry} */
  static @Nullable String name(String prefix, ByteSequence key) {
    String text = key.toString(StandardCharsets.UTF_8);
    if (!text.startsWith(prefix)) {
      return null;
    }
    String name = text.substring(prefix.length());
    return name.isEmpty() || name.indexOf('/') >= 0 ? null : name;
  }

  /** {@return the entry of a key, or null if it isn't the key of an entry} */
  @Nullable EntryKey key(ByteSequence key) {
    String text = key.toString(StandardCharsets.UTF_8);
    if (!text.startsWith(services())) {
      return null;
    }
    String[] parts = text.substring(services().length()).split("/", -1);
    try {
      return parts.length == 2
          ? new EntryKey(KeyNames.decode(parts[0]), KeyNames.decode(parts[1]))
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
