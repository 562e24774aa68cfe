package io.gannet.transport.internal.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the part of a text that is the same in JSON: ASCII without escapes. */
final class PlainText {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long SPACES = ' ' * ONES;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;

  private PlainText() {}

  /**
   * {@return the index of the first byte that isn't ASCII or that JSON escapes, or {@code to} if
   * there is none}
   *
   * @param bytes a text
   * @param from the index of the first byte to look at
   * @param to the index after the last byte to look at
   */
  static int end(byte[] bytes, int from, int to) {
    int at = from;
    while (at <= to - Long.BYTES && arePlain((long) LONG.get(bytes, at))) {
      at += Long.BYTES;
    }
    while (at < to && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  /**
   * {@return whether none of eight bytes is negative, a control character, a quote or a backslash}
   * In a byte that isn't negative, subtracting a space sets the highest bit if the byte is a
   * control character, and subtracting one sets it if the byte is zero.
   */
  private static boolean arePlain(long bytes) {
    long controls = bytes - SPACES;
    long quotes = (bytes ^ QUOTES) - ONES;
    long backslashes = (bytes ^ BACKSLASHES) - ONES;
    return ((bytes | controls | quotes | backslashes) & HIGH_BITS) == 0;
  }
}
