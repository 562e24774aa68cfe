package io.gannet.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts that go along with a call, a reply or a connection, beside its content: who calls, on whose
 * behalf, what for. Immutable.
 *
 * <p>A key has 1 to 128 characters out of {@code a} to {@code z}, {@code 0} to {@code 9}, {@code -},
 * {@code _} and {@code .}; a value is any text. A call takes at most 64 entries and 16 KiB unless
 * configured otherwise.
 *
 * @param entries the entries, in their order
 */
public record Metadata(Map<String, String> entries) {

  /** How long a key may be. */
  public static final int MAX_KEY_LENGTH = 128;

  /**
   * The key of an entry that stands for others, in what goes along with a reply and in the details of a failure:
   * they were left out, because all were more than the limits of either side allow. Its value says how many, as
   * {@code 2 of 66 entries}.
   */
  public static final String LEFT_OUT = "gannet-left-out";

  private static final Metadata EMPTY = new Metadata(Map.of());

  /**
   * Checks the keys and copies.
   *
   * @param entries the entries
   * @throws IllegalArgumentException if a key is not as described
   */
  public Metadata {
    if (entries.isEmpty()) {
      entries = Map.of();
    } else {
      Map<String, String> copy = new LinkedHashMap<>(entries);
      copy.forEach((key, value) -> {
        if (!isKey(key)) {
          throw new IllegalArgumentException(
              "a key of metadata has 1 to %d characters of a-z, 0-9, '-', '_' and '.': %s"
                  .formatted(MAX_KEY_LENGTH, key));
        }
        if (value == null) {
          throw new NullPointerException("the value of " + key);
        }
      });
      entries = java.util.Collections.unmodifiableMap(copy);
    }
  }

  /**
   * {@return no entries}
   */
  public static Metadata empty() {
    return EMPTY;
  }

  /**
   * One entry.
   *
   * @param key its key
   * @param value its value
   * @return the metadata
   * @throws IllegalArgumentException if the key is not as described
   */
  public static Metadata of(String key, String value) {
    return new Metadata(Map.of(key, value));
  }

  /**
   * Adds or replaces an entry.
   *
   * @param key its key
   * @param value its value
   * @return the same with that entry
   * @throws IllegalArgumentException if the key is not as described
   */
  public Metadata with(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(entries);
    more.put(key, value);
    return new Metadata(more);
  }

  /**
   * Adds or replaces entries.
   *
   * @param others the other entries
   * @return the same with those
   */
  public Metadata with(Metadata others) {
    if (others.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return others;
    }
    Map<String, String> more = new LinkedHashMap<>(entries);
    more.putAll(others.entries);
    return new Metadata(more);
  }

  /**
   * Looks up an entry.
   *
   * @param key its key
   * @return its value, or null if there is none
   */
  public @Nullable String get(String key) {
    return entries.get(key);
  }

  /**
   * {@return whether there are no entries}
   */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Tells keys from other texts.
   *
   * @param text any text
   * @return whether it can be a key
   */
  public static boolean isKey(String text) {
    if (text.isEmpty() || text.length() > MAX_KEY_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean fine =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      if (!fine) {
        return false;
      }
    }
    return true;
  }
}
