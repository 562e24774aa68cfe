package io.gannet.cli.internal.echo;

/**
 * Creates payloads that are unique within a run, as far as the size allows. A payload is the
 * request's number in 16 hexadecimal digits (a short payload has only the last of them), followed
 * by letters. The letters start at a different place in the alphabet for each number, so that an
 * answer mixed from two requests is noticed. All characters are printable, so that a payload can be
 * a line.
 */
final class EchoPayload {

  private static final int DIGITS = 16;
  private static final int LETTERS = 'z' - 'a' + 1;

  private final int size;
  private final byte[] alphabet;

  EchoPayload(int size) {
    this.size = size;
    alphabet = new byte[size + LETTERS];
    for (int i = 0; i < alphabet.length; i++) {
      alphabet[i] = (byte) ('a' + i % LETTERS);
    }
  }

  byte[] of(long number) {
    byte[] payload = new byte[size];
    int digits = Math.min(size, DIGITS);
    long rest = number;
    for (int i = digits - 1; i >= 0; i--) {
      payload[i] = (byte) Character.forDigit((int) (rest & 0xF), 16);
      rest >>>= 4;
    }
    System.arraycopy(alphabet, (int) (number % LETTERS), payload, digits, size - digits);
    return payload;
  }
}
