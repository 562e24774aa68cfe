package io.gannet.discovery.internal;

import io.gannet.discovery.RegistryOptions;
import java.nio.charset.StandardCharsets;

/**
 * The limits of a service's entries. An entry that is too long is replaced by a note. Entries
 * without room are skipped, both in the first list and in later changes; known instances stay.
 *
 * @param maxInstances the maximum number of instances of a service
 * @param maxBytes the maximum total size of a service's entries, as counted by {@link #cost}
 * @param setting the setting that limits the bytes, for error texts
 */
record ListLimit(int maxInstances, int maxBytes, String setting) {

  /** The maximum size of an entry in bytes. Every valid instance is shorter. */
  static final int MAX_ENTRY_BYTES = 128 * 1024;

  /** The number of names that is always allowed in a list. */
  private static final int MIN_NAMES = 20_000;

  /** The approximate memory of an entry in addition to its name and its value, in bytes. */
  private static final int OVERHEAD = 200;

  /**
   * Returns the limit of a registry.
   *
   * @param options the options of the registry
   * @return the limit
   */
  static ListLimit of(RegistryOptions options) {
    int max = options.maxListBytes();
    boolean settable = options.withMaxInstances(Integer.MAX_VALUE).maxListBytes() > max;
    return new ListLimit(
        options.maxInstances(),
        max,
        settable ? "withMaxInstances" : "an eighth of the heap, -Xmx, and at most 256 MiB");
  }

  /** {@return the maximum number of names in a list, including entries without room} */
  int maxNames() {
    return Math.clamp(2L * maxInstances, MIN_NAMES, Integer.MAX_VALUE);
  }

  /**
   * Returns the size of an entry for the limit.
   *
   * @param name the name of the entry
   * @param size the size of its value in bytes
   * @return the size in bytes
   */
  static int cost(String name, int size) {
    return OVERHEAD + 2 * name.length() + size;
  }

  /**
   * Returns the value of an entry to keep.
   *
   * @param value the value in the registry
   * @return the value, or a note if it is too long
   */
  static byte[] bounded(byte[] value) {
    return value.length > MAX_ENTRY_BYTES
        ? "%d bytes exceed the limit of %d"
            .formatted(value.length, MAX_ENTRY_BYTES)
            .getBytes(StandardCharsets.UTF_8)
        : value;
  }

  /** {@return why a valid entry is skipped} */
  String noRoom() {
    return "exceeds the limit of %,d bytes for all entries (%s)".formatted(maxBytes, setting);
  }

  /** {@return the failure of a service that isn't listed at all} */
  IllegalStateException tooManyNames() {
    return new IllegalStateException(
        "there are more than %,d entries, or their names exceed %,d bytes (withMaxInstances)"
            .formatted(maxNames(), maxBytes));
  }
}
