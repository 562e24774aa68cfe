package io.gannet.transport;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/**
 * Received bytes that a {@link Codec} reads. Integers are big-endian unless the name ends in {@code
 * LE}.
 *
 * <p>Owned by the framework: valid only during the call it was given to, on that call's thread;
 * afterwards every method throws {@link IllegalStateException}. Methods that read move the position;
 * methods that start with {@code get} look at an offset from the position and don't. A read past
 * the end throws {@link IndexOutOfBoundsException}, which from inside {@code decode} ends the
 * session: ask {@link #readableBytes()} first.
 */
public interface ReadBuffer {

  /**
   * {@return the number of bytes between the position and the end}
   */
  int readableBytes();

  /**
   * {@return whether at least one byte can be read}
   */
  default boolean isReadable() {
    return readableBytes() > 0;
  }

  /**
   * Moves the position forward.
   *
   * @param length how many bytes to skip
   */
  void skip(int length);

  /**
   * {@return the next byte, signed}
   */
  byte readByte();

  /**
   * {@return the next byte, 0 to 255}
   */
  default int readUnsignedByte() {
    return readByte() & 0xFF;
  }

  /**
   * {@return the next two bytes}
   */
  short readShort();

  /**
   * {@return the next two bytes, little-endian}
   */
  short readShortLE();

  /**
   * {@return the next two bytes, 0 to 65,535}
   */
  default int readUnsignedShort() {
    return readShort() & 0xFFFF;
  }

  /**
   * {@return the next two bytes, little-endian, 0 to 65,535}
   */
  default int readUnsignedShortLE() {
    return readShortLE() & 0xFFFF;
  }

  /**
   * {@return the next three bytes, 0 to 16,777,215}
   */
  int readUnsignedMedium();

  /**
   * {@return the next three bytes, little-endian, 0 to 16,777,215}
   */
  int readUnsignedMediumLE();

  /**
   * {@return the next four bytes}
   */
  int readInt();

  /**
   * {@return the next four bytes, little-endian}
   */
  int readIntLE();

  /**
   * {@return the next four bytes, 0 to 4,294,967,295}
   */
  default long readUnsignedInt() {
    return readInt() & 0xFFFF_FFFFL;
  }

  /**
   * {@return the next four bytes, little-endian, 0 to 4,294,967,295}
   */
  default long readUnsignedIntLE() {
    return readIntLE() & 0xFFFF_FFFFL;
  }

  /**
   * {@return the next eight bytes}
   */
  long readLong();

  /**
   * {@return the next eight bytes, little-endian}
   */
  long readLongLE();

  /**
   * {@return the next four bytes as an IEEE 754 number}
   */
  default float readFloat() {
    return Float.intBitsToFloat(readInt());
  }

  /**
   * {@return the next eight bytes as an IEEE 754 number}
   */
  default double readDouble() {
    return Double.longBitsToDouble(readLong());
  }

  /**
   * Reads bytes into a new array.
   *
   * @param length how many
   * @return the bytes
   */
  byte[] readBytes(int length);

  /**
   * Reads bytes into an array.
   *
   * @param target where to put them
   * @param offset the index of the first
   * @param length how many
   */
  void readBytes(byte[] target, int offset, int length);

  /**
   * Fills the remaining space of a buffer.
   *
   * @param target where to put the bytes; its position moves to its limit
   */
  void readBytes(ByteBuffer target);

  /**
   * Reads text.
   *
   * @param length the number of bytes, not of characters
   * @param charset how the text is encoded; malformed input is replaced, as by {@link
   *     String#String(byte[], Charset)}
   * @return the text
   */
  String readString(int length, Charset charset);

  /**
   * Reads a part as a buffer of its own, without copying.
   *
   * @param length how many bytes
   * @return those bytes; valid as long as this buffer is
   */
  ReadBuffer readSlice(int length);

  /**
   * Reads a part as a read-only NIO view, without copying where that is possible.
   *
   * @param length how many bytes
   * @return those bytes; valid as long as this buffer is
   */
  ByteBuffer readByteBuffer(int length);

  /**
   * A stream over the rest, for parsers that want one. Reading from it moves the position.
   *
   * @return the stream; valid as long as this buffer is
   */
  InputStream asInputStream();

  /**
   * Looks at a byte, signed.
   *
   * @param offset from the position
   * @return the byte
   */
  byte getByte(int offset);

  /**
   * Looks at a byte, 0 to 255.
   *
   * @param offset from the position
   * @return the byte
   */
  default int getUnsignedByte(int offset) {
    return getByte(offset) & 0xFF;
  }

  /**
   * Looks at two bytes.
   *
   * @param offset from the position
   * @return their value
   */
  short getShort(int offset);

  /**
   * Looks at two bytes, little-endian.
   *
   * @param offset from the position
   * @return their value
   */
  short getShortLE(int offset);

  /**
   * Looks at two bytes, 0 to 65,535.
   *
   * @param offset from the position
   * @return their value
   */
  default int getUnsignedShort(int offset) {
    return getShort(offset) & 0xFFFF;
  }

  /**
   * Looks at two bytes, little-endian, 0 to 65,535.
   *
   * @param offset from the position
   * @return their value
   */
  default int getUnsignedShortLE(int offset) {
    return getShortLE(offset) & 0xFFFF;
  }

  /**
   * Looks at three bytes, 0 to 16,777,215.
   *
   * @param offset from the position
   * @return their value
   */
  int getUnsignedMedium(int offset);

  /**
   * Looks at three bytes, little-endian, 0 to 16,777,215.
   *
   * @param offset from the position
   * @return their value
   */
  int getUnsignedMediumLE(int offset);

  /**
   * Looks at four bytes.
   *
   * @param offset from the position
   * @return their value
   */
  int getInt(int offset);

  /**
   * Looks at four bytes, little-endian.
   *
   * @param offset from the position
   * @return their value
   */
  int getIntLE(int offset);

  /**
   * Looks at four bytes, 0 to 4,294,967,295.
   *
   * @param offset from the position
   * @return their value
   */
  default long getUnsignedInt(int offset) {
    return getInt(offset) & 0xFFFF_FFFFL;
  }

  /**
   * Looks at four bytes, little-endian, 0 to 4,294,967,295.
   *
   * @param offset from the position
   * @return their value
   */
  default long getUnsignedIntLE(int offset) {
    return getIntLE(offset) & 0xFFFF_FFFFL;
  }

  /**
   * Looks at eight bytes.
   *
   * @param offset from the position
   * @return their value
   */
  long getLong(int offset);

  /**
   * Looks at eight bytes, little-endian.
   *
   * @param offset from the position
   * @return their value
   */
  long getLongLE(int offset);

  /**
   * Looks at four bytes as an IEEE 754 number.
   *
   * @param offset from the position
   * @return the number
   */
  default float getFloat(int offset) {
    return Float.intBitsToFloat(getInt(offset));
  }

  /**
   * Looks at eight bytes as an IEEE 754 number.
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
   * @param length how many
   * @return the bytes
   */
  byte[] getBytes(int offset, int length);

  /**
   * Copies bytes into an array.
   *
   * @param offset from the position
   * @param target where to put them
   * @param targetOffset the index of the first in the array
   * @param length how many
   */
  void getBytes(int offset, byte[] target, int targetOffset, int length);

  /**
   * Fills the remaining space of a buffer.
   *
   * @param offset from the position of this buffer
   * @param target where to put the bytes; its position moves to its limit
   */
  void getBytes(int offset, ByteBuffer target);

  /**
   * Looks at text.
   *
   * @param offset from the position
   * @param length the number of bytes, not of characters
   * @param charset how the text is encoded; malformed input is replaced, as by {@link
   *     String#String(byte[], Charset)}
   * @return the text
   */
  String getString(int offset, int length, Charset charset);

  /**
   * Finds a byte.
   *
   * @param value the byte to look for
   * @param fromOffset where to start, from the position
   * @return its offset from the position, or -1
   */
  int indexOf(byte value, int fromOffset);

  /**
   * How much of the unread bytes a search has already seen in an earlier call of {@code decode}: the
   * value last given to {@link #scannedBytes(int)}, or zero once a byte has been consumed.
   *
   * <p>A codec that looks for a delimiter continues here, so that a peer that sends one byte at a
   * time can't make it search everything again for each.
   *
   * @return an offset from the position, at most {@link #readableBytes()}
   */
  int scannedBytes();

  /**
   * Remembers how much of the unread bytes need not be searched again.
   *
   * @param count an offset from the position
   */
  void scannedBytes(int count);
}
