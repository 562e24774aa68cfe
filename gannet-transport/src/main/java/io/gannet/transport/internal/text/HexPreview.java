package io.gannet.transport.internal.text;

import io.netty.buffer.ByteBuf;
import java.util.HexFormat;

/** The start of bytes that could not be decoded, for the message of an exception. */
public final class HexPreview {

  /** How many bytes are shown at most. */
  public static final int MAX_BYTES = 32;

  private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

  private HexPreview() {}

  /**
   * Shows the start of a part of a buffer.
   *
   * @param buf the buffer
   * @param start the index of the first byte
   * @param end the index behind the last byte
   * @return such as "first 32 bytes: 00 01 02"
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
