package io.gannet.fuzz.harness;

import java.util.Arrays;

/** Splits an input: first choices, then the bytes of the peer. */
public final class Input {

  private final byte[] bytes;
  private int at;

  /**
   * Starts at the first byte.
   *
   * @param bytes the input
   */
  public Input(byte[] bytes) {
    this.bytes = bytes;
  }

  /** {@return the next byte, 0 to 255; 0 after the end} */
  public int choice() {
    return at < bytes.length ? bytes[at++] & 0xff : 0;
  }

  /**
   * {@return a choice}
   *
   * @param count the number of possible values
   */
  public int choice(int count) {
    return choice() % count;
  }

  /**
   * {@return true for one in {@code count} inputs} For work that costs many times more than the
   * rest of a target and finds less. Depends on the input only, so that a finding can be repeated.
   *
   * @param count the number of inputs
   */
  public boolean isOneIn(int count) {
    return Math.floorMod((Arrays.hashCode(bytes) * 0x9e3779b9) >> 8, count) == 0;
  }

  /** {@return the number of remaining bytes} */
  public int left() {
    return bytes.length - at;
  }

  /**
   * {@return the next bytes, fewer at the end}
   *
   * @param count the number of bytes
   */
  public byte[] take(int count) {
    int from = at;
    at = Math.min(bytes.length, at + count);
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** {@return all remaining bytes} */
  public byte[] rest() {
    return take(left());
  }

  /**
   * Builds an input.
   *
   * @param choices the choices, one byte each
   * @param rest the following bytes
   */
  public static byte[] of(int[] choices, byte[] rest) {
    byte[] input = new byte[choices.length + rest.length];
    for (int i = 0; i < choices.length; i++) {
      input[i] = (byte) choices[i];
    }
    System.arraycopy(rest, 0, input, choices.length, rest.length);
    return input;
  }
}
