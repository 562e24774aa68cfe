package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.internal.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metadata among received headers. */
final class MetadataHeaders {

  /** The size of an entry of metadata beyond its key and value, in bytes. */
  private static final int ENTRY_OVERHEAD = 3;

  private MetadataHeaders() {}

  /**
   * Writes the metadata among headers to a {@link Message}.
   *
   * @param headers the headers
   * @param limits the limits of metadata
   * @param out the target
   * @return the limit that it exceeds, after which the target is incomplete; null if it doesn't
   */
  static @Nullable String write(
      Iterable<Map.Entry<CharSequence, CharSequence>> headers, WireLimits limits, ByteBuf out) {
    int countAt = out.writerIndex();
    out.writeShort(0); // filled in later
    int count = 0;
    long bytes = 0;
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      String key = header.getKey().toString();
      if (!Metadata.isKey(key) || HeaderText.isReserved(key)) {
        continue; // among others, pseudo headers such as :path
      }
      String value = header.getValue().toString();
      // Equal keys of binary values may have been joined.
      String[] values = Metadata.isBinary(key) ? value.split(",") : new String[] {value};
      for (String one : values) {
        count++;
        bytes += ENTRY_OVERHEAD + key.length() + one.length();
        if (count > limits.metadataEntries()) {
          return limits.tooMany(count);
        }
        if (bytes > limits.metadataBytes()) {
          return limits.tooLarge(bytes);
        }
        out.writeByte(key.length());
        out.writeCharSequence(key, ISO_8859_1);
        String text = one.strip();
        out.writeShort(text.length());
        out.writeCharSequence(text, ISO_8859_1);
      }
    }
    out.setShort(countAt, count);
    return null;
  }

  /** Like {@link #write}, but replaces too much metadata by one entry that says so. */
  static void writeFitting(Http2Headers headers, WireLimits limits, ByteBuf out) {
    int start = out.writerIndex();
    if (write(headers, limits, out) == null) {
      return;
    }
    out.writerIndex(start);
    out.writeShort(1);
    out.writeByte(Metadata.LEFT_OUT.length());
    out.writeCharSequence(Metadata.LEFT_OUT, ISO_8859_1);
    String all = "all entries";
    out.writeShort(all.length());
    out.writeCharSequence(all, ISO_8859_1);
  }
}
