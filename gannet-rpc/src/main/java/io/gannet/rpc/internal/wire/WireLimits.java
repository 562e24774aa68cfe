package io.gannet.rpc.internal.wire;

import io.gannet.rpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits on parts of a frame; the one on the whole is the session's.
 *
 * @param metadataEntries how many entries metadata may have
 * @param metadataBytes how many bytes it may have, with what its entries take beside their texts
 */
public record WireLimits(int metadataEntries, int metadataBytes) {

  /** How many bytes the entry has that stands for others, at most. */
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

  String tooMany(int entries) {
    return "metadata has %,d entries or more, the limit is %,d (setting maxMetadata)"
        .formatted(entries, metadataEntries);
  }

  String tooLarge(long bytes) {
    return "metadata has %,d bytes, the limit is %,d (setting maxMetadata)"
        .formatted(bytes, metadataBytes);
  }

  /** {@return the entries, or those that have room and one that stands for the others} */
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
