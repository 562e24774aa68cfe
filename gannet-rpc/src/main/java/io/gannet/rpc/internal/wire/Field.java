package io.gannet.rpc.internal.wire;

import io.gannet.rpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An entry of metadata or of details, as encoded in a frame.
 *
 * @param key its key
 * @param value its value; Base64 if it is binary
 * @param isBinary whether the value is binary
 */
record Field(String key, String value, boolean isBinary) {

  static final int MAX_KEY = 0xFF;
  static final int MAX_VALUE = 0xFFFF;

  /** The size of an entry beyond its key and value, in bytes. */
  static final int OVERHEAD = 3;

  /** {@return the entries of metadata} */
  static List<Field> of(Metadata metadata) {
    return metadata.entries().stream()
        .map(entry -> new Field(entry.key(), entry.value(), entry.isBinary()))
        .toList();
  }

  /** {@return the entries of details, whose values are always texts} */
  static List<Field> of(Map<String, String> details) {
    return details.entrySet().stream()
        .map(entry -> new Field(entry.getKey(), entry.getValue(), false))
        .toList();
  }

  /** {@return a received metadata entry} */
  static Field received(String key, byte[] value) {
    boolean isBinary = Metadata.isBinary(key);
    return new Field(
        key,
        isBinary
            ? Base64.getEncoder().withoutPadding().encodeToString(value)
            : new String(value, StandardCharsets.UTF_8),
        isBinary);
  }

  static Metadata metadata(List<Field> fields) {
    return fields.isEmpty()
        ? Metadata.empty()
        : new Metadata(
            fields.stream().map(field -> new Metadata.Entry(field.key, field.value)).toList());
  }

  static Map<String, String> details(List<Field> fields) {
    Map<String, String> details = new LinkedHashMap<>();
    fields.forEach(field -> details.put(field.key, field.value));
    return details;
  }

  byte[] bytes() {
    return isBinary ? Base64.getDecoder().decode(value) : value.getBytes(StandardCharsets.UTF_8);
  }

  /** {@return its size in a frame, in bytes} */
  long size() {
    return OVERHEAD + keySize() + valueSize();
  }

  /** {@return whether its key and its value fit into their length fields} */
  boolean isWritable() {
    return keySize() <= MAX_KEY && valueSize() <= MAX_VALUE;
  }

  private long keySize() {
    return utf8Length(key);
  }

  private long valueSize() {
    return isBinary ? value.length() * 3L / 4 : utf8Length(value);
  }

  /** {@return the length of a text in UTF-8, in bytes} */
  private static long utf8Length(String text) {
    long length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        length++;
        if (c >= 0x800 && !Character.isSurrogate(c)) {
          length++;
        }
      }
    }
    return length;
  }
}
