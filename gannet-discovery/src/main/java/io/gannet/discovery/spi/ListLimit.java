package io.gannet.discovery.spi;

import io.gannet.discovery.RegistryOptions;
import java.nio.charset.StandardCharsets;

/**
 * Says how much of a service's entries is taken: a longer entry is replaced by a note before it is counted,
 * and a list with more bytes together is refused.
 *
 * @param maxBytes how many bytes the entries of a service may have together
 * @param setting what limits that, for error texts
 */
public record ListLimit(int maxBytes, String setting) {

  /** How many bytes an entry may have. All that an instance can say is shorter. */
  public static final int MAX_ENTRY_BYTES = 128 * 1024;

  /**
   * Returns the limit of a registry.
   *
   * @param options how the registry is used
   * @return the limit
   */
  public static ListLimit of(RegistryOptions options) {
    int max = options.maxListBytes();
    boolean settable = options.withMaxInstances(Integer.MAX_VALUE).maxListBytes() > max;
    return new ListLimit(
        max, settable ? "withMaxInstances" : "an eighth of the heap, -Xmx, and at most 256 MiB");
  }

  /**
   * Returns an entry as it is kept.
   *
   * @param value what the registry has
   * @return the value, or a note in its place if it is too long
   */
  public static byte[] bounded(byte[] value) {
    return value.length > MAX_ENTRY_BYTES ? tooLong(value.length) : value;
  }

  /**
   * Returns what stands for an entry that is too long. It is no instance, and says why when it is skipped.
   *
   * @param size how many bytes the entry has
   * @return the note
   */
  public static byte[] tooLong(int size) {
    return "%d bytes exceed the limit of %d"
        .formatted(size, MAX_ENTRY_BYTES)
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Returns why a list is refused.
   *
   * @return the error, which names the setting
   */
  public IllegalStateException exceeded() {
    return new IllegalStateException(
        "all entries together exceed %,d bytes (%s)".formatted(maxBytes, setting));
  }
}
