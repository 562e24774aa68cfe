package io.gannet.rpc;

import io.gannet.transport.internal.text.PeerText;
import io.gannet.transport.internal.text.SecretNames;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Additional data of a call, a reply or a connection, such as credentials or a trace id. Immutable.
 *
 * <p>A key has 1 to 128 of the characters {@code a} to {@code z}, {@code 0} to {@code 9},
 * {@code -}, {@code _} and {@code .}, and may appear several times. A value is any text. If the key
 * ends with {@code -bin}, the value is bytes ({@link #withBytes}, {@link #getBytes}). A call may
 * have at most 64 entries with 16 KiB in total, unless configured otherwise.
 *
 * @param entries the entries, in order
 */
public record Metadata(List<Entry> entries) {

  /** The maximum length of a key. */
  public static final int MAX_KEY_LENGTH = 128;

  /** The suffix of keys whose values are bytes. */
  public static final String BINARY = "-bin";

  /**
   * The key of an entry that replaces omitted entries, in the metadata of a reply and in the
   * details of a failure. Entries are omitted if they exceed the limits of either side. The value
   * contains their number, such as {@code 2 of 66 entries}.
   */
  public static final String LEFT_OUT = "gannet-left-out";

  private static final Metadata EMPTY = new Metadata(List.of());

  /**
   * A key with a value.
   *
   * @param key the key
   * @param value the value; if the key ends with {@link #BINARY}, the bytes in Base64 without
   *     padding
   */
  public record Entry(String key, String value) {

    /**
     * Checks the key, and the Base64 of a value in bytes.
     *
     * @param key the key
     * @param value the value; Base64 padding is removed
     * @throws IllegalArgumentException if the key or the value is invalid
     */
    public Entry {
      if (!isKey(key)) {
        throw new IllegalArgumentException(
            "a key of metadata has 1 to %d characters of a-z, 0-9, '-', '_' and '.': %s"
                .formatted(MAX_KEY_LENGTH, key));
      }
      Objects.requireNonNull(value, key);
      if (Metadata.isBinary(key)) {
        try {
          value = base64(Base64.getDecoder().decode(value));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "the value of %s must be bytes in Base64: use withBytes".formatted(key), e);
        }
      }
    }

    /**
     * {@return key and value in one line that is safe to log: escaped, truncated, and without
     * secrets}
     */
    @Override
    public String toString() {
      return PeerText.escape(shown());
    }

    private String shown() {
      return key + "=" + SecretNames.mask(key, value);
    }

    /** {@return whether the value is bytes} */
    public boolean isBinary() {
      return Metadata.isBinary(key);
    }

    /**
     * {@return the bytes of the value}
     *
     * @throws IllegalStateException if the value is a text
     */
    public byte[] bytes() {
      if (!isBinary()) {
        throw new IllegalStateException(key + " does not end with -bin: its value is a text");
      }
      return Base64.getDecoder().decode(value);
    }
  }

  /**
   * Copies the entries.
   *
   * @param entries the entries
   */
  public Metadata {
    entries = List.copyOf(entries);
  }

  /**
   * {@return one line that is safe to log: escaped, truncated, and with masked values of keys that
   * suggest a secret, such as {@code authorization}, {@code set-cookie} and {@code x-api-key}, and
   * all that contain {@code token}, {@code secret}, {@code password} or {@code credential}}
   */
  @Override
  public String toString() {
    return PeerText.escape(
        entries.stream().map(Entry::shown).collect(Collectors.joining(", ", "{", "}")));
  }

  /** {@return metadata without entries} */
  public static Metadata empty() {
    return EMPTY;
  }

  /**
   * Creates metadata with one entry.
   *
   * @param key the key
   * @param value the value
   * @return the metadata
   * @throws IllegalArgumentException if the key is invalid
   */
  public static Metadata of(String key, String value) {
    return new Metadata(List.of(new Entry(key, value)));
  }

  /**
   * Creates metadata from a map of texts.
   *
   * @param entries the entries
   * @return the metadata, in the same order
   * @throws IllegalArgumentException if a key is invalid
   */
  public static Metadata of(Map<String, String> entries) {
    return new Metadata(
        entries.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue())).toList());
  }

  /**
   * Returns a copy with an entry that replaces all entries with the same key.
   *
   * @param key the key
   * @param value the value
   * @return the copy
   * @throws IllegalArgumentException if the key is invalid
   */
  public Metadata with(String key, String value) {
    return with(of(key, value));
  }

  /**
   * Returns a copy with entries that replace all entries with the same keys.
   *
   * @param others the other entries
   * @return the copy
   */
  public Metadata with(Metadata others) {
    if (others.isEmpty()) {
      return this;
    }
    Set<String> replaced = others.keys();
    return new Metadata(
        Stream.concat(
                entries.stream().filter(entry -> !replaced.contains(entry.key)),
                others.entries.stream())
            .toList());
  }

  /**
   * Returns a copy with bytes that replace all entries with the same key.
   *
   * @param key the key, which ends with {@link #BINARY}
   * @param value the bytes
   * @return the copy
   * @throws IllegalArgumentException if the key is invalid
   */
  public Metadata withBytes(String key, byte[] value) {
    return with(ofBytes(key, value));
  }

  /**
   * Returns a copy with an additional entry at the end. Entries with the same key stay.
   *
   * @param key the key
   * @param value the value
   * @return the copy
   * @throws IllegalArgumentException if the key is invalid
   */
  public Metadata plus(String key, String value) {
    return plus(of(key, value));
  }

  /**
   * Returns a copy with additional bytes at the end. Entries with the same key stay.
   *
   * @param key the key, which ends with {@link #BINARY}
   * @param value the bytes
   * @return the copy
   * @throws IllegalArgumentException if the key is invalid
   */
  public Metadata plusBytes(String key, byte[] value) {
    return plus(ofBytes(key, value));
  }

  /**
   * Returns a copy with additional entries at the end. Entries with the same keys stay.
   *
   * @param others the other entries
   * @return the copy
   */
  public Metadata plus(Metadata others) {
    if (isEmpty()) {
      return others;
    }
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(others.entries);
    return new Metadata(all);
  }

  /**
   * Returns a copy without the entries of a key.
   *
   * @param key the key
   * @return the copy
   */
  public Metadata without(String key) {
    return new Metadata(entries.stream().filter(entry -> !entry.key.equals(key)).toList());
  }

  private static Metadata ofBytes(String key, byte[] value) {
    if (!isBinary(key)) {
      throw new IllegalArgumentException("the key of a value in bytes must end with -bin: " + key);
    }
    return of(key, base64(value));
  }

  private static String base64(byte[] value) {
    return Base64.getEncoder().withoutPadding().encodeToString(value);
  }

  /**
   * Returns the value of a key.
   *
   * @param key the key
   * @return the value, that of the last entry if there are several, or null if there is none
   */
  public @Nullable String get(String key) {
    for (Entry entry : entries.reversed()) {
      if (entry.key.equals(key)) {
        return entry.value;
      }
    }
    return null;
  }

  /**
   * Returns all values of a key.
   *
   * @param key the key
   * @return the values, in order
   */
  public List<String> all(String key) {
    return entries.stream().filter(entry -> entry.key.equals(key)).map(Entry::value).toList();
  }

  /**
   * Returns the bytes of a key.
   *
   * @param key the key, which ends with {@link #BINARY}
   * @return the bytes, those of the last entry if there are several, or null if there are none
   * @throws IllegalArgumentException if the key is that of a text
   */
  public byte @Nullable [] getBytes(String key) {
    List<byte[]> all = allBytes(key);
    return all.isEmpty() ? null : all.getLast();
  }

  /**
   * Returns the bytes of all entries of a key.
   *
   * @param key the key, which ends with {@link #BINARY}
   * @return the bytes of each entry, in order
   * @throws IllegalArgumentException if the key is that of a text
   */
  public List<byte[]> allBytes(String key) {
    if (!isBinary(key)) {
      throw new IllegalArgumentException("the key of a value in bytes must end with -bin: " + key);
    }
    return entries.stream().filter(entry -> entry.key.equals(key)).map(Entry::bytes).toList();
  }

  /** {@return the keys, in the order of their first entries} */
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    entries.forEach(entry -> keys.add(entry.key));
    return keys;
  }

  /** {@return whether there are no entries} */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Returns whether the values of a key are bytes.
   *
   * @param key a key
   * @return whether its values are bytes
   */
  public static boolean isBinary(String key) {
    return key.endsWith(BINARY);
  }

  /**
   * Returns whether a text is a valid key.
   *
   * @param text any text
   * @return whether it is a valid key
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
