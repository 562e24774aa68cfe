package io.gannet.benchmarks.peers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The payload of a message: the sender (four bytes), the number (eight bytes), and then a fixed
 * pattern of bytes from an offset that depends on both. The load generator in C uses the same
 * pattern.
 */
public final class Pattern {

  /** The size of the sender and the number. */
  public static final int STAMP_BYTES = 12;

  private static final int OFFSETS = 256;
  private static final byte[] BYTES = new byte[Work.MAX_PAYLOAD + OFFSETS];
  private static final byte[] LETTERS = new byte[BYTES.length];
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  static {
    for (int i = 0; i < BYTES.length; i++) {
      BYTES[i] = (byte) (i * 131 + (i >>> 8) * 17 + 7);
      LETTERS[i] = (byte) ('a' + (BYTES[i] & 0xff) % 26);
    }
  }

  private Pattern() {}

  /**
   * Creates a payload.
   *
   * @param size the size in bytes, with the stamp
   * @param sender the sender
   * @param number the number of the message
   * @return the payload
   */
  public static byte[] payload(int size, int sender, long number) {
    byte[] payload = new byte[size];
    Numbers.putInt(payload, 0, sender);
    Numbers.putLong(payload, 4, number);
    System.arraycopy(BYTES, offset(sender, number), payload, STAMP_BYTES, size - STAMP_BYTES);
    return payload;
  }

  /**
   * Checks a payload.
   *
   * @param bytes contains the payload
   * @param index the index of its first byte
   * @param size its size
   * @param sender the expected sender
   * @param number the expected number
   * @return whether every byte is correct
   */
  public static boolean matches(byte[] bytes, int index, int size, int sender, long number) {
    int offset = offset(sender, number);
    return Numbers.getInt(bytes, index) == sender
        && Numbers.getLong(bytes, index + 4) == number
        && Arrays.equals(
            bytes, index + STAMP_BYTES, index + size, BYTES, offset, offset + size - STAMP_BYTES);
  }

  /**
   * Creates a payload of letters and digits, for protocols that carry text.
   *
   * @param size the size in bytes, with the stamp, which is twice as long as in other payloads
   * @param sender the sender
   * @param number the number of the message
   * @return the payload
   */
  public static byte[] text(int size, int sender, long number) {
    byte[] text = new byte[size];
    putHex(text, 0, sender, 2 * Integer.BYTES);
    putHex(text, 2 * Integer.BYTES, number, 2 * Long.BYTES);
    System.arraycopy(
        LETTERS, offset(sender, number), text, 2 * STAMP_BYTES, size - 2 * STAMP_BYTES);
    return text;
  }

  private static void putHex(byte[] text, int index, long value, int digits) {
    for (int i = 0; i < digits; i++) {
      text[index + i] = HEX[(int) (value >>> (4 * (digits - 1 - i))) & 0xf];
    }
  }

  private static int offset(int sender, long number) {
    return (int) (sender * 31L + number * 7) & (OFFSETS - 1);
  }
}
