package io.gannet.fuzz.harness;

import java.util.Arrays;

/** Takes an input apart: first what chooses, and then the bytes of the peer. */
public final class Input {

  private final byte[] bytes;
  private int at;

  /**
   * Begins at the beginning.
   *
   * @param bytes the input
   */
  public Input(byte[] bytes) {
    this.bytes = bytes;
  }

  /** {@return the next byte, 0 to 255; 0 behind the end} */
  public int choice() {
    return at < bytes.length ? bytes[at++] & 0xff : 0;
  }

  /**
   * {@return a choice}
   *
   * @param count of how many
   */
  public int choice(int count) {
    return choice() % count;
  }

  /** {@return how many bytes are left} */
  public int left() {
    return bytes.length - at;
  }

  /**
   * {@return the next bytes, as far as there are any}
   *
   * @param count how many
   */
  public byte[] take(int count) {
    int from = at;
    at = Math.min(bytes.length, at + count);
    return Arrays.copyOfRange(bytes, from, at);
  }

  /** {@return all that is left} */
  public byte[] rest() {
    return take(left());
  }

  /**
   * Puts an input together.
   *
   * @param choices the choices, one byte each
   * @param rest what follows
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
