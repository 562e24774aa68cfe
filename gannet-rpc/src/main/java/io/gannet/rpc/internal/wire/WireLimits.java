package io.gannet.rpc.internal.wire;

import io.gannet.rpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of parts of a frame. The session limits the whole frame.
 *
 * @param metadataEntries the highest number of metadata entries
 * @param metadataBytes the largest size of the metadata, with the overhead of its entries
 */
public record WireLimits(int metadataEntries, int metadataBytes) {

  /** The largest size of the entry that replaces omitted ones. */
  private static final int LEFT_OUT = Field.OVERHEAD + Metadata.LEFT_OUT.length() + 40;

  /** {@return why metadata can't be sent, or null if it can} */
  public @Nullable String excess(Metadata metadata) {
    return metadata.isEmpty() ? null : excess(Field.of(metadata));
  }

  @Nullable String excess(List<Field> fields) {
    if (fields.size() > metadataEntries) {
      return tooMany(fields.size());
    }
    long bytes = fields.stream().mapToLong(Field::size).sum();
    return bytes > metadataBytes ? tooLarge(bytes) : null;
  }

  /** {@return the failure of metadata with that many entries, or more} */
  public String tooMany(int entries) {
    return "metadata has %,d entries or more, the limit is %,d (setting maxMetadata)"
        .formatted(entries, metadataEntries);
  }

  /** {@return the failure of metadata of that size in bytes} */
  public String tooLarge(long bytes) {
    return "metadata has %,d bytes, the limit is %,d (setting maxMetadata)"
        .formatted(bytes, metadataBytes);
  }

  /**
   * {@return the entries; if they exceed the limits, those that fit and one that replaces the
   * others}
   */
  List<Field> fitting(List<Field> fields) {
    if (excess(fields) == null && fields.stream().allMatch(Field::isWritable)) {
      return fields;
    }
    List<Field> fitting = new ArrayList<>();
    long bytes = LEFT_OUT;
    for (Field field : fields) {
      long size = field.size();
      if (fitting.size() + 1 < metadataEntries
          && bytes + size <= metadataBytes
          && field.isWritable()) {
        fitting.add(field);
        bytes += size;
      }
    }
    if (metadataEntries > 0 && metadataBytes >= LEFT_OUT) {
      int left = fields.size() - fitting.size();
      fitting.add(
          new Field(Metadata.LEFT_OUT, "%,d of %,d entries".formatted(left, fields.size()), false));
    }
    return fitting;
  }
}
