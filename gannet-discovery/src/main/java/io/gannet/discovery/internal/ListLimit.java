package io.gannet.discovery.internal;

import io.gannet.discovery.RegistryOptions;
import java.nio.charset.StandardCharsets;

/**
 * Says how much of a service's entries is taken. A longer entry is replaced by a note. Entries for which there
 * is no room are skipped, whether they are listed or come later; what is known stays.
 *
 * @param maxInstances how many instances a service may have
 * @param maxBytes how many bytes the entries of a service may have together, as {@link #cost} counts them
 * @param setting what limits the bytes, for error texts
 */
record ListLimit(int maxInstances, int maxBytes, String setting) {

  /** How many bytes an entry may have. All that an instance can say is shorter. */
  static final int MAX_ENTRY_BYTES = 128 * 1024;

  /** How many names a list may have in any case. */
  private static final int MIN_NAMES = 20_000;

  /** About what an entry takes in memory besides its name and its value. */
  private static final int OVERHEAD = 200;

  /**
   * Returns the limit of a registry.
   *
   * @param options how the registry is used
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

  /** {@return how many names a list may have, those without room included} */
  int maxNames() {
    return Math.clamp(2L * maxInstances, MIN_NAMES, Integer.MAX_VALUE);
  }

  /**
   * Returns what an entry costs.
   *
   * @param name its name
   * @param size how many bytes its value has
   * @return how many bytes count
   */
  static int cost(String name, int size) {
    return OVERHEAD + 2 * name.length() + size;
  }

  /**
   * Returns an entry as it is kept.
   *
   * @param value what the registry has
   * @return the value, or a note in its place if it is too long
   */
  static byte[] bounded(byte[] value) {
    return value.length > MAX_ENTRY_BYTES
        ? "%d bytes exceed the limit of %d"
            .formatted(value.length, MAX_ENTRY_BYTES)
            .getBytes(StandardCharsets.UTF_8)
        : value;
  }

  /** {@return why an entry is skipped although nothing is wrong with it} */
  String noRoom() {
    return "exceeds the limit of %,d bytes for all entries (%s)".formatted(maxBytes, setting);
  }

  /** {@return why a service isn't listed at all} */
  IllegalStateException tooManyNames() {
    return new IllegalStateException(
        "there are more than %,d entries, or their names exceed %,d bytes (withMaxInstances)"
            .formatted(maxNames(), maxBytes));
  }
}
