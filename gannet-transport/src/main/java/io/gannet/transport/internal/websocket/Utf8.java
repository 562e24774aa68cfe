package io.gannet.transport.internal.websocket;

import io.netty.buffer.ByteBuf;

/** Checks text that arrives in parts, which may end inside a character: RFC 3629, section 4. */
final class Utf8 {

  private static final long ASCII = 0x8080_8080_8080_8080L;
  private static final int LOWEST = 0x80;
  private static final int HIGHEST = 0xBF;

  /** The number of missing bytes of the current character. */
  private int missing;

  /** The valid range of the next byte. */
  private int lowest = LOWEST;

  private int highest = HIGHEST;

  /** Starts a new text. */
  void reset() {
    missing = 0;
    lowest = LOWEST;
    highest = HIGHEST;
  }

  /** {@return whether the text ends between two characters} */
  boolean isBetweenCharacters() {
    return missing == 0;
  }

  /**
   * Checks the next part of a text.
   *
   * @param in the buffer
   * @param index the start of the part
   * @param length the length of the part in bytes
   * @param mask the mask of the bytes, starting with the first; 0 for none
   * @return false if the text is not valid UTF-8, whatever follows
   */
  boolean accepts(ByteBuf in, int index, int length, int mask) {
    long masks = ((long) mask << Integer.SIZE) | (mask & 0xffff_ffffL);
    int end = index + length;
    int turn = 0;
    for (int at = index; at < end; ) {
      // After eight bytes the mask has the same position.
      if (missing == 0
          && end - at >= Long.BYTES
          && ((in.getLong(at) ^ Long.rotateLeft(masks, turn)) & ASCII) == 0) {
        at += Long.BYTES;
        continue;
      }
      int unmasked = in.getByte(at++) ^ (int) (Long.rotateLeft(masks, turn) >>> 56);
      turn = (turn + Byte.SIZE) & (Integer.SIZE - 1);
      if (!accepts(unmasked & 0xFF)) {
        return false;
      }
    }
    return true;
  }

  private boolean accepts(int b) {
    if (missing == 0) {
      return b < 0x80 || begins(b);
    }
    if (b < lowest || b > highest) {
      return false;
    }
    missing--;
    lowest = LOWEST;
    highest = HIGHEST;
    return true;
  }

  /** Checks the first byte of several: no overlong forms, no surrogates, nothing above U+10FFFF. */
  private boolean begins(int b) {
    if (b < 0xC2 || b > 0xF4) {
      return false;
    }
    missing = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
    switch (b) {
      case 0xE0 -> lowest = 0xA0;
      case 0xED -> highest = 0x9F;
      case 0xF0 -> lowest = 0x90;
      case 0xF4 -> highest = 0x8F;
      default -> {}
    }
    return true;
  }
}
