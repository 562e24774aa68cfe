package io.gannet.rpc;

import io.gannet.rpc.internal.interceptor.Authentication;
import io.gannet.transport.internal.text.PeerText;
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
 * What goes along with a call, a reply or a connection, beside its content: who calls, on whose behalf, what for.
 * Immutable.
 *
 * <p>A key has 1 to 128 characters out of {@code a} to {@code z}, {@code 0} to {@code 9}, {@code -},
 * {@code _} and {@code .}, and may be there more than once. A value is any text; that of a key which ends with {@code
 * -bin} is bytes ({@link #withBytes}, {@link #getBytes}). A call takes at most 64 entries and 16 KiB unless
 * configured otherwise.
 *
 * @param entries the entries, in their order
 */
public record Metadata(List<Entry> entries) {

  /** How long a key may be. */
  public static final int MAX_KEY_LENGTH = 128;

  /** What the keys of bytes end with. */
  public static final String BINARY = "-bin";

  /**
   * The key of an entry that stands for others, in what goes along with a reply and in the details of a failure:
   * they were left out, because all were more than the limits of either side allow. Its value says how many, as
   * {@code 2 of 66 entries}.
   */
  public static final String LEFT_OUT = "gannet-left-out";

  private static final Metadata EMPTY = new Metadata(List.of());

  /**
   * A key with a value.
   *
   * @param key the key
   * @param value the value; of a key that ends with {@link #BINARY} the bytes in Base64, without padding
   */
  public record Entry(String key, String value) {

    /**
     * Checks the key, and that what is to be bytes is.
     *
     * @param key the key
     * @param value the value; padding of Base64 is taken away
     * @throws IllegalArgumentException if one of them is not as described
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

    /** {@return key and value in one line, fit for a log: escaped, cut, and nothing of a secret} */
    @Override
    public String toString() {
      return PeerText.escape(shown());
    }

    private String shown() {
      return key + "=" + (key.equals(Authentication.AUTHORIZATION) ? "***" : value);
    }

    /** {@return whether the value is bytes} */
    public boolean isBinary() {
      return Metadata.isBinary(key);
    }

    /**
     * {@return the bytes of the value}
     *
     * @throws IllegalStateException if it is a text
     */
    public byte[] bytes() {
      if (!isBinary()) {
        throw new IllegalStateException(key + " does not end with -bin: its value is a text");
      }
      return Base64.getDecoder().decode(value);
    }
  }

  /**
   * Copies.
   *
   * @param entries the entries
   */
  public Metadata {
    entries = List.copyOf(entries);
  }

  /**
   * {@return one line, fit for a log: escaped, cut, and without the values of {@code authorization}, which are
   * secrets}
   */
  @Override
  public String toString() {
    return PeerText.escape(
        entries.stream().map(Entry::shown).collect(Collectors.joining(", ", "{", "}")));
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
    return new Metadata(List.of(new Entry(key, value)));
  }

  /**
   * Texts by their keys.
   *
   * @param entries the entries
   * @return the metadata, in the same order
   * @throws IllegalArgumentException if a key is not as described
   */
  public static Metadata of(Map<String, String> entries) {
    return new Metadata(
        entries.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue())).toList());
  }

  /**
   * Adds an entry, in the place of those with the same key.
   *
   * @param key its key
   * @param value its value
   * @return the same with that entry
   * @throws IllegalArgumentException if the key is not as described
   */
  public Metadata with(String key, String value) {
    return with(of(key, value));
  }

  /**
   * Adds entries, in the place of those with the same keys.
   *
   * @param others the other entries
   * @return the same with those
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
   * Adds bytes, in the place of entries with the same key.
   *
   * @param key the key, which ends with {@link #BINARY}
   * @param value the bytes
   * @return the same with that entry
   * @throws IllegalArgumentException if the key is not as described
   */
  public Metadata withBytes(String key, byte[] value) {
    return with(ofBytes(key, value));
  }

  /**
   * Adds an entry behind those that there are, also those with the same key.
   *
   * @param key its key
   * @param value its value
   * @return the same with that entry
   * @throws IllegalArgumentException if the key is not as described
   */
  public Metadata plus(String key, String value) {
    return plus(of(key, value));
  }

  /**
   * Adds bytes behind the entries that there are, also those with the same key.
   *
   * @param key the key, which ends with {@link #BINARY}
   * @param value the bytes
   * @return the same with that entry
   * @throws IllegalArgumentException if the key is not as described
   */
  public Metadata plusBytes(String key, byte[] value) {
    return plus(ofBytes(key, value));
  }

  /**
   * Adds entries behind those that there are, also those with the same keys.
   *
   * @param others the other entries
   * @return the same with those
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
   * Takes entries away.
   *
   * @param key their key
   * @return the same without them
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
   * Looks up an entry.
   *
   * @param key its key
   * @return its value, that of the last if there are several, or null if there is none
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
   * Looks up entries.
   *
   * @param key their key
   * @return their values, in their order
   */
  public List<String> all(String key) {
    return entries.stream().filter(entry -> entry.key.equals(key)).map(Entry::value).toList();
  }

  /**
   * Looks up bytes.
   *
   * @param key the key, which ends with {@link #BINARY}
   * @return the bytes, the last if there are several, or null if there are none
   * @throws IllegalArgumentException if the key is that of a text
   */
  public byte @Nullable [] getBytes(String key) {
    List<byte[]> all = allBytes(key);
    return all.isEmpty() ? null : all.getLast();
  }

  /**
   * Looks up bytes.
   *
   * @param key the key, which ends with {@link #BINARY}
   * @return the bytes of each entry, in their order
   * @throws IllegalArgumentException if the key is that of a text
   */
  public List<byte[]> allBytes(String key) {
    if (!isBinary(key)) {
      throw new IllegalArgumentException("the key of a value in bytes must end with -bin: " + key);
    }
    return entries.stream().filter(entry -> entry.key.equals(key)).map(Entry::bytes).toList();
  }

  /**
   * {@return the keys, in the order in which they come first}
   */
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    entries.forEach(entry -> keys.add(entry.key));
    return keys;
  }

  /**
   * {@return whether there are no entries}
   */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Tells keys of bytes from those of texts.
   *
   * @param key a key
   * @return whether its values are bytes
   */
  public static boolean isBinary(String key) {
    return key.endsWith(BINARY);
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
