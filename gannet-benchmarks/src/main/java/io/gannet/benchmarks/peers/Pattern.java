package io.gannet.benchmarks.peers;

import java.util.Arrays;

/**
 * The payload of a message, every byte of which follows from who sent it and which one it is: sender
 * (four bytes), number (eight bytes), and then bytes of a fixed pattern from an offset that depends on
 * both. The load generator in C knows the same.
 */
public final class Pattern {

  /** The size of the sender and the number. */
  public static final int STAMP_BYTES = 12;

  private static final int OFFSETS = 256;
  private static final byte[] BYTES = new byte[Work.MAX_PAYLOAD + OFFSETS];

  static {
    for (int i = 0; i < BYTES.length; i++) {
      BYTES[i] = (byte) (i * 131 + (i >>> 8) * 17 + 7);
    }
  }

  private Pattern() {}

  /**
   * Makes a payload.
   *
   * @param size in bytes, with the stamp
   * @param sender who sends it
   * @param number which one it is
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
   * @param bytes where it is
   * @param index where it begins
   * @param size how long it is
   * @param sender who should have sent it
   * @param number which one it should be
   * @return whether every byte is right
   */
  public static boolean matches(byte[] bytes, int index, int size, int sender, long number) {
    int offset = offset(sender, number);
    return Numbers.getInt(bytes, index) == sender
        && Numbers.getLong(bytes, index + 4) == number
        && Arrays.equals(
            bytes, index + STAMP_BYTES, index + size, BYTES, offset, offset + size - STAMP_BYTES);
  }

  private static int offset(int sender, long number) {
    return (int) (sender * 31L + number * 7) & (OFFSETS - 1);
  }
}
