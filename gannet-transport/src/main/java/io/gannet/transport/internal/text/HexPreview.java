package io.gannet.transport.internal.text;

import io.netty.buffer.ByteBuf;
import java.util.HexFormat;

/** The first bytes of undecodable data, for the message of an exception. */
public final class HexPreview {

  /** The maximum number of bytes that are shown. */
  public static final int MAX_BYTES = 32;

  private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

  private HexPreview() {}

  /**
   * Formats the start of a part of a buffer.
   *
   * @param buf the buffer
   * @param start the index of the first byte
   * @param end the index after the last byte
   * @return a text such as "first 32 bytes: 00 01 02"
   */
  public static String of(ByteBuf buf, int start, int end) {
    byte[] shown = new byte[Math.min(end - start, MAX_BYTES)];
    buf.getBytes(start, shown);
    int total = end - start;
    if (total == 0) {
      return "no bytes";
    }
    String digits = SPACED.formatHex(shown);
    return total > shown.length
        ? "first " + shown.length + " bytes: " + digits
        : shown.length == 1 ? "1 byte: " + digits : shown.length + " bytes: " + digits;
  }
}
