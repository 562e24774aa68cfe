package io.gannet.transport;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/**
 * A buffer that a {@link Codec} writes one message to. It grows as needed up to
 * {@link Session#maxMessageSize()}: a write beyond that throws {@link MessageTooLargeException},
 * and the message is discarded. Integers are big-endian unless the name of the method ends with
 * {@code LE}.
 *
 * <p>Owned by the framework: valid only during the call that it was passed to, on the thread of
 * that call. Afterwards every method throws {@link IllegalStateException}.
 */
public interface WriteBuffer {

  /** {@return the number of bytes of this message written so far} */
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
   * @param offset the index of the first byte in the array
   * @param length the number of bytes
   */
  void writeBytes(byte[] source, int offset, int length);

  /**
   * Writes the remaining bytes of a buffer.
   *
   * @param source the bytes; its position moves to its limit
   */
  void writeBytes(ByteBuffer source);

  /**
   * Writes text.
   *
   * @param text the text
   * @param charset the encoding; a character that it can't encode is replaced
   * @return the number of bytes written
   */
  int writeString(CharSequence text, Charset charset);

  /**
   * Writes zero bytes.
   *
   * @param length the number of bytes
   */
  void writeZero(int length);

  /**
   * Overwrites a byte of this message.
   *
   * @param offset the offset from the start of the message, less than {@link #size()}
   * @param value the new value
   */
  void setByte(int offset, int value);

  /**
   * Overwrites two bytes of this message, for a length that becomes known later.
   *
   * @param offset the offset from the start of the message
   * @param value the new value
   */
  void setShort(int offset, int value);

  /**
   * Overwrites two bytes of this message, little-endian.
   *
   * @param offset the offset from the start of the message
   * @param value the new value
   */
  void setShortLE(int offset, int value);

  /**
   * Overwrites four bytes of this message.
   *
   * @param offset the offset from the start of the message
   * @param value the new value
   */
  void setInt(int offset, int value);

  /**
   * Overwrites four bytes of this message, little-endian.
   *
   * @param offset the offset from the start of the message
   * @param value the new value
   */
  void setIntLE(int offset, int value);

  /**
   * Returns a stream that writes to this buffer, for serializers that need one. Closing it has no
   * effect.
   *
   * @return the stream; valid as long as this buffer
   */
  OutputStream asOutputStream();
}
