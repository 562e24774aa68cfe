package io.gannet.transport;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/**
 * Received bytes for a {@link Codec} to read. Integers are big-endian unless the name of the method
 * ends with {@code LE}.
 *
 * <p>Owned by the framework: valid only during the call that it was passed to, on the thread of
 * that call. Afterwards every method throws {@link IllegalStateException}. Methods that start with
 * {@code read} move the position. Methods that start with {@code get} read at an offset from the
 * position and don't move it. A read past the end throws {@link IndexOutOfBoundsException}, which
 * closes the session if {@code decode} doesn't catch it: check {@link #readableBytes()} first.
 */
public interface ReadBuffer {

  /** {@return the number of bytes between the position and the end} */
  int readableBytes();

  /** {@return whether at least one byte can be read} */
  default boolean isReadable() {
    return readableBytes() > 0;
  }

  /**
   * Moves the position forward.
   *
   * @param length the number of bytes to skip
   */
  void skip(int length);

  /** {@return the next byte, signed} */
  byte readByte();

  /** {@return the next byte, 0 to 255} */
  default int readUnsignedByte() {
    return readByte() & 0xFF;
  }

  /** {@return the next two bytes} */
  short readShort();

  /** {@return the next two bytes, little-endian} */
  short readShortLE();

  /** {@return the next two bytes, 0 to 65,535} */
  default int readUnsignedShort() {
    return readShort() & 0xFFFF;
  }

  /** {@return the next two bytes, little-endian, 0 to 65,535} */
  default int readUnsignedShortLE() {
    return readShortLE() & 0xFFFF;
  }

  /** {@return the next three bytes, 0 to 16,777,215} */
  int readUnsignedMedium();

  /** {@return the next three bytes, little-endian, 0 to 16,777,215} */
  int readUnsignedMediumLE();

  /** {@return the next four bytes} */
  int readInt();

  /** {@return the next four bytes, little-endian} */
  int readIntLE();

  /** {@return the next four bytes, 0 to 4,294,967,295} */
  default long readUnsignedInt() {
    return readInt() & 0xFFFF_FFFFL;
  }

  /** {@return the next four bytes, little-endian, 0 to 4,294,967,295} */
  default long readUnsignedIntLE() {
    return readIntLE() & 0xFFFF_FFFFL;
  }

  /** {@return the next eight bytes} */
  long readLong();

  /** {@return the next eight bytes, little-endian} */
  long readLongLE();

  /** {@return the next four bytes as an IEEE 754 number} */
  default float readFloat() {
    return Float.intBitsToFloat(readInt());
  }

  /** {@return the next eight bytes as an IEEE 754 number} */
  default double readDouble() {
    return Double.longBitsToDouble(readLong());
  }

  /**
   * Reads bytes into a new array.
   *
   * @param length the number of bytes
   * @return the bytes
   */
  byte[] readBytes(int length);

  /**
   * Reads bytes into an array.
   *
   * @param target the array to write to
   * @param offset the index of the first byte in the array
   * @param length the number of bytes
   */
  void readBytes(byte[] target, int offset, int length);

  /**
   * Fills the remaining space of a buffer.
   *
   * @param target the buffer to write to; its position moves to its limit
   */
  void readBytes(ByteBuffer target);

  /**
   * Reads text.
   *
   * @param length the number of bytes, not of characters
   * @param charset the encoding of the text; malformed input is replaced, as by
   *     {@link String#String(byte[], Charset)}
   * @return the text
   */
  String readString(int length, Charset charset);

  /**
   * Reads some bytes as a separate buffer, without copying.
   *
   * @param length the number of bytes
   * @return the bytes; valid as long as this buffer
   */
  ReadBuffer readSlice(int length);

  /**
   * Reads some bytes as a read-only NIO buffer, without copying if possible.
   *
   * @param length the number of bytes
   * @return the bytes; valid as long as this buffer
   */
  ByteBuffer readByteBuffer(int length);

  /**
   * Returns a stream over the remaining bytes, for parsers that need one. Reading from it moves the
   * position.
   *
   * @return the stream; valid as long as this buffer
   */
  InputStream asInputStream();

  /**
   * Returns a byte, signed.
   *
   * @param offset from the position
   * @return the byte
   */
  byte getByte(int offset);

  /**
   * Returns a byte, 0 to 255.
   *
   * @param offset from the position
   * @return the byte
   */
  default int getUnsignedByte(int offset) {
    return getByte(offset) & 0xFF;
  }

  /**
   * Returns the value of two bytes.
   *
   * @param offset from the position
   * @return their value
   */
  short getShort(int offset);

  /**
   * Returns the value of two bytes, little-endian.
   *
   * @param offset from the position
   * @return their value
   */
  short getShortLE(int offset);

  /**
   * Returns the value of two bytes, 0 to 65,535.
   *
   * @param offset from the position
   * @return their value
   */
  default int getUnsignedShort(int offset) {
    return getShort(offset) & 0xFFFF;
  }

  /**
   * Returns the value of two bytes, little-endian, 0 to 65,535.
   *
   * @param offset from the position
   * @return their value
   */
  default int getUnsignedShortLE(int offset) {
    return getShortLE(offset) & 0xFFFF;
  }

  /**
   * Returns the value of three bytes, 0 to 16,777,215.
   *
   * @param offset from the position
   * @return their value
   */
  int getUnsignedMedium(int offset);

  /**
   * Returns the value of three bytes, little-endian, 0 to 16,777,215.
   *
   * @param offset from the position
   * @return their value
   */
  int getUnsignedMediumLE(int offset);

  /**
   * Returns the value of four bytes.
   *
   * @param offset from the position
   * @return their value
   */
  int getInt(int offset);

  /**
   * Returns the value of four bytes, little-endian.
   *
   * @param offset from the position
   * @return their value
   */
  int getIntLE(int offset);

  /**
   * Returns the value of four bytes, 0 to 4,294,967,295.
   *
   * @param offset from the position
   * @return their value
   */
  default long getUnsignedInt(int offset) {
    return getInt(offset) & 0xFFFF_FFFFL;
  }

  /**
   * Returns the value of four bytes, little-endian, 0 to 4,294,967,295.
   *
   * @param offset from the position
   * @return their value
   */
  default long getUnsignedIntLE(int offset) {
    return getIntLE(offset) & 0xFFFF_FFFFL;
  }

  /**
   * Returns the value of eight bytes.
   *
   * @param offset from the position
   * @return their value
   */
  long getLong(int offset);

  /**
   * Returns the value of eight bytes, little-endian.
   *
   * @param offset from the position
   * @return their value
   */
  long getLongLE(int offset);

  /**
   * Returns the value of four bytes as an IEEE 754 number.
   *
   * @param offset from the position
   * @return the number
   */
  default float getFloat(int offset) {
    return Float.intBitsToFloat(getInt(offset));
  }

  /**
   * Returns the value of eight bytes as an IEEE 754 number.
   *
   * @param offset from the position
   * @return the number
   */
  default double getDouble(int offset) {
    return Double.longBitsToDouble(getLong(offset));
  }

  /**
   * Copies bytes into a new array.
   *
   * @param offset from the position
   * @param length the number of bytes
   * @return the bytes
   */
  byte[] getBytes(int offset, int length);

  /**
   * Copies bytes into an array.
   *
   * @param offset from the position
   * @param target the array to write to
   * @param targetOffset the index of the first byte in the array
   * @param length the number of bytes
   */
  void getBytes(int offset, byte[] target, int targetOffset, int length);

  /**
   * Fills the remaining space of a buffer.
   *
   * @param offset from the position of this buffer
   * @param target the buffer to write to; its position moves to its limit
   */
  void getBytes(int offset, ByteBuffer target);

  /**
   * Returns a text.
   *
   * @param offset from the position
   * @param length the number of bytes, not of characters
   * @param charset the encoding of the text; malformed input is replaced, as by
   *     {@link String#String(byte[], Charset)}
   * @return the text
   */
  String getString(int offset, int length, Charset charset);

  /**
   * Finds a byte.
   *
   * @param value the byte to look for
   * @param fromOffset the offset from the position at which the search starts
   * @return its offset from the position, or -1
   */
  int indexOf(byte value, int fromOffset);

  /**
   * Returns how many of the unread bytes an earlier call of {@code decode} has already searched:
   * the value last passed to {@link #setScannedBytes(int)}, or zero after a byte was consumed.
   *
   * <p>A codec that looks for a delimiter continues there. Otherwise a peer that sends one byte at
   * a time would make it search all bytes again for each byte.
   *
   * @return an offset from the position, at most {@link #readableBytes()}
   */
  int scannedBytes();

  /**
   * Stores how many of the unread bytes need not be searched again.
   *
   * @param count the number of bytes, from the position
   */
  void setScannedBytes(int count);
}
