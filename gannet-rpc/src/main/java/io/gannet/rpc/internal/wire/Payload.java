package io.gannet.rpc.internal.wire;

import io.gannet.transport.WriteBuffer;

/** The arguments of a call, or its result. */
public interface Payload {

  /** How values are written. */
  enum Encoding {
    /** There is no value. */
    NONE(0),
    /** JSON in UTF-8. */
    JSON(1),
    /** One Protobuf message. */
    PROTOBUF(2);

    private static final Encoding[] BY_NUMBER = values();

    private final int number;

    Encoding(int number) {
      this.number = number;
    }

    /** {@return the number that stands for it on the wire} */
    public int number() {
      return number;
    }

    /** {@return whether a number stands for an encoding} */
    public static boolean isKnown(int number) {
      return number >= 0 && number < BY_NUMBER.length;
    }

    /** {@return the encoding that a number stands for} */
    public static Encoding of(int number) {
      return BY_NUMBER[number];
    }
  }

  /** No value. */
  Payload EMPTY = new Bytes(Encoding.NONE, new byte[0]);

  /** {@return how the value is written} */
  Encoding encoding();

  /**
   * Writes the value.
   *
   * @param out where to
   */
  void writeTo(WriteBuffer out);

  /** {@return the value as bytes; not to be changed} */
  byte[] bytes();

  /** A value that has been received, or written already. */
  final class Bytes implements Payload {
    private final Encoding encoding;
    private final byte[] bytes;

    /**
     * A value.
     *
     * @param encoding how it is written
     * @param bytes what was written; not copied
     */
    public Bytes(Encoding encoding, byte[] bytes) {
      this.encoding = encoding;
      this.bytes = bytes;
    }

    @Override
    public Encoding encoding() {
      return encoding;
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public void writeTo(WriteBuffer out) {
      out.writeBytes(bytes);
    }
  }
}
