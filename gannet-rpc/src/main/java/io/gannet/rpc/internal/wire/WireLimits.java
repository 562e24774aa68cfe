package io.gannet.rpc.internal.wire;

import io.gannet.rpc.Metadata;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits on parts of a frame; the one on the whole is the session's.
 *
 * @param metadataEntries how many entries metadata may have
 * @param metadataBytes how many bytes it may have, with what its entries take beside their texts
 */
public record WireLimits(int metadataEntries, int metadataBytes) {

  private static final int MAX_KEY = 0xFF;
  private static final int MAX_VALUE = 0xFFFF;

  /** How many bytes an entry has beside its texts. */
  private static final int ENTRY = 3;

  /** How many bytes the entry has that stands for others, at most. */
  private static final int LEFT_OUT = ENTRY + Metadata.LEFT_OUT.length() + 40;

  /** {@return why entries can't be sent, or null if they can} */
  public @Nullable String excess(Map<String, String> entries) {
    if (entries.size() > metadataEntries) {
      return tooMany(entries.size());
    }
    long bytes = 0;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      bytes += size(entry.getKey(), entry.getValue());
    }
    return bytes > metadataBytes ? tooLarge(bytes) : null;
  }

  String tooMany(int entries) {
    return "metadata has %,d entries or more, the limit is %,d (setting maxMetadata)"
        .formatted(entries, metadataEntries);
  }

  String tooLarge(long bytes) {
    return "metadata has %,d bytes, the limit is %,d (setting maxMetadata)"
        .formatted(bytes, metadataBytes);
  }

  /** {@return the entries, or those that have room and one that stands for the others} */
  Map<String, String> fitting(Map<String, String> entries) {
    if (excess(entries) == null && entries.keySet().stream().allMatch(WireLimits::isKey)) {
      return entries;
    }
    Map<String, String> fitting = new LinkedHashMap<>();
    int bytes = LEFT_OUT;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      long size = size(entry.getKey(), entry.getValue());
      if (fitting.size() + 1 < metadataEntries
          && bytes + size <= metadataBytes
          && isKey(entry.getKey())) {
        fitting.put(entry.getKey(), entry.getValue());
        bytes += (int) size;
      }
    }
    if (metadataEntries > 0 && metadataBytes >= LEFT_OUT) {
      int left = entries.size() - fitting.size();
      fitting.put(Metadata.LEFT_OUT, "%,d of %,d entries".formatted(left, entries.size()));
    }
    return fitting;
  }

  private static boolean isKey(String key) {
    return utf8Length(key) <= MAX_KEY;
  }

  private static long size(String key, String value) {
    long length = utf8Length(value);
    return length > MAX_VALUE ? Integer.MAX_VALUE : ENTRY + utf8Length(key) + length;
  }

  /** {@return how many bytes a text has in UTF-8} */
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
