package io.gannet.transport;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/**
 * Where a {@link Codec} writes one message. Grows as needed, up to {@link
 * Session#maxMessageSize()}: a write beyond that throws {@link MessageTooLargeException}, and the
 * message is taken back. Integers are big-endian unless the name ends in {@code LE}.
 *
 * <p>Owned by the framework: valid only during the call it was given to, on that call's thread;
 * afterwards every method throws {@link IllegalStateException}.
 */
public interface WriteBuffer {

  /**
   * {@return how many bytes of this message have been written so far}
   */
  int size();

  /**
   * Writes the low eight bits.
   *
   * @param value the byte
   */
  void writeByte(int value);

  /**
   * Writes the low 16 bits.
   *
   * @param value the value
   */
  void writeShort(int value);

  /**
   * Writes the low 16 bits, little-endian.
   *
   * @param value the value
   */
  void writeShortLE(int value);

  /**
   * Writes the low 24 bits.
   *
   * @param value the value
   */
  void writeMedium(int value);

  /**
   * Writes the low 24 bits, little-endian.
   *
   * @param value the value
   */
  void writeMediumLE(int value);

  /**
   * Writes four bytes.
   *
   * @param value the value
   */
  void writeInt(int value);

  /**
   * Writes four bytes, little-endian.
   *
   * @param value the value
   */
  void writeIntLE(int value);

  /**
   * Writes eight bytes.
   *
   * @param value the value
   */
  void writeLong(long value);

  /**
   * Writes eight bytes, little-endian.
   *
   * @param value the value
   */
  void writeLongLE(long value);

  /**
   * Writes four bytes as an IEEE 754 number.
   *
   * @param value the value
   */
  default void writeFloat(float value) {
    writeInt(Float.floatToIntBits(value));
  }

  /**
   * Writes eight bytes as an IEEE 754 number.
   *
   * @param value the value
   */
  default void writeDouble(double value) {
    writeLong(Double.doubleToLongBits(value));
  }

  /**
   * Writes a whole array.
   *
   * @param source the bytes
   */
  default void writeBytes(byte[] source) {
    writeBytes(source, 0, source.length);
  }

  /**
   * Writes a part of an array.
   *
   * @param source the bytes
   * @param offset the index of the first
   * @param length how many
   */
  void writeBytes(byte[] source, int offset, int length);

  /**
   * Writes what remains in a buffer.
   *
   * @param source the bytes; its position moves to its limit
   */
  void writeBytes(ByteBuffer source);

  /**
   * Writes text.
   *
   * @param text the text
   * @param charset how to encode it; a character that it can't express is replaced
   * @return the number of bytes written
   */
  int writeString(CharSequence text, Charset charset);

  /**
   * Writes zero bytes.
   *
   * @param length how many
   */
  void writeZero(int length);

  /**
   * Overwrites a byte of this message.
   *
   * @param offset from the message's start, with the byte inside {@link #size()}
   * @param value the new value
   */
  void setByte(int offset, int value);

  /**
   * Overwrites two bytes of this message, for a length that is known only afterwards.
   *
   * @param offset from the message's start
   * @param value the new value
   */
  void setShort(int offset, int value);

  /**
   * Overwrites two bytes of this message, little-endian.
   *
   * @param offset from the message's start
   * @param value the new value
   */
  void setShortLE(int offset, int value);

  /**
   * Overwrites four bytes of this message.
   *
   * @param offset from the message's start
   * @param value the new value
   */
  void setInt(int offset, int value);

  /**
   * Overwrites four bytes of this message, little-endian.
   *
   * @param offset from the message's start
   * @param value the new value
   */
  void setIntLE(int offset, int value);

  /**
   * A stream that writes here, for serializers that want one. Closing it does nothing.
   *
   * @return the stream; valid as long as this buffer is
   */
  OutputStream asOutputStream();
}
