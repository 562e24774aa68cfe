package io.gannet.transport.codec;

import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The position of the length in a frame, and its meaning.
 *
 * <pre>
 *   | header before | length field | header behind | rest of the frame |
 *   |&lt;-- offset --&gt;|              |&lt;--- length + adjustment bytes ---&gt;|
 *   |&lt;------- strip: what the body codec doesn't see ------&gt;|
 * </pre>
 *
 * <p>The whole frame has offset + size of the field + length + adjustment bytes. The arguments have
 * the same meaning as in Netty's {@code LengthFieldBasedFrameDecoder}: {@code lengthFieldOffset} is
 * {@code offset}, {@code lengthFieldLength} the size of {@code field}, {@code lengthAdjustment} is
 * {@code adjustment} and {@code initialBytesToStrip} is {@code strip}.
 *
 * <p>When receiving, the stripped bytes are ignored, except for the length. When sending, they are
 * zero, except for the length. The body codec reads the bytes that are not stripped and must write
 * them. If these include the length field, it may write any value there, because the field is
 * overwritten.
 *
 * <p>Lengths are unsigned. Some formats, where "4" is the default:
 *
 * <pre>{@code
 * LengthPrefix.uint32()                                  // | length 4 | body |
 * LengthPrefix.uint32().withAdjustment(-4)               // the same, length included
 * LengthPrefix.uint16().withLittleEndian()               // | length 2 LE | body |
 * LengthPrefix.uint24().withOffset(1).withStrip(0)       // | type 1 | length 3 | body |, visible
 * LengthPrefix.varint()                                  // Protobuf's delimited format
 * }</pre>
 *
 * @param field the size of the length field
 * @param order the byte order of the length field; ignored for a varint
 * @param offset the number of bytes before the length field, 0 to 65,535
 * @param adjustment the number of bytes after the length field, minus the length
 * @param strip the number of bytes at the start of a frame that the body codec doesn't see, 0 to
 *     65,535, or {@link #STRIP_HEADER}, which is the only value allowed for a varint
 */
public record LengthPrefix(Field field, ByteOrder order, int offset, int adjustment, int strip) {

  /** The value of {@link #strip} that strips everything up to the end of the length field. */
  public static final int STRIP_HEADER = -1;

  private static final int MAX_OFFSET = 65_535;

  /** The size of a length field. */
  public enum Field {
    /** One byte: 0 to 255. */
    UINT8(1),
    /** Two bytes: 0 to 65,535. */
    UINT16(2),
    /** Three bytes: 0 to 16,777,215. */
    UINT24(3),
    /** Four bytes: 0 to 4,294,967,295. */
    UINT32(4),
    /** Eight bytes. */
    UINT64(8),
    /**
     * A base 128 varint of one to five bytes as in the <a
     * href="https://protobuf.dev/programming-guides/encoding/#varints">Protobuf encoding</a>: 0 to
     * 4,294,967,295. Always written in as few bytes as possible.
     */
    VARINT(0);

    private final int size;

    Field(int size) {
      this.size = size;
    }

    /** {@return the number of bytes; zero for a varint} */
    public int size() {
      return size;
    }
  }

  /**
   * Checks the values.
   *
   * @param field the size of the length field
   * @param order the byte order of the length field
   * @param offset the number of bytes before the length field
   * @param adjustment the number of bytes after the length field, minus the length
   * @param strip the number of bytes that the body codec doesn't see
   * @throws IllegalArgumentException if a value is out of its range
   */
  public LengthPrefix {
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(order, "order");
    if (offset < 0 || offset > MAX_OFFSET) {
      throw new IllegalArgumentException("offset %d is not in 0..%d".formatted(offset, MAX_OFFSET));
    }
    if (strip < STRIP_HEADER || strip > MAX_OFFSET) {
      throw new IllegalArgumentException(
          "strip %d is neither in 0..%d nor STRIP_HEADER".formatted(strip, MAX_OFFSET));
    }
    if (field == Field.VARINT && strip != STRIP_HEADER) {
      throw new IllegalArgumentException(
          "strip is %d, but a varint has no fixed size: only STRIP_HEADER is possible"
              .formatted(strip));
    }
  }

  /**
   * Creates a prefix of one byte.
   *
   * @return a prefix with zero offset and adjustment, where the body follows the length
   */
  public static LengthPrefix uint8() {
    return of(Field.UINT8);
  }

  /**
   * Creates a prefix of two bytes.
   *
   * @return a big-endian prefix with zero offset and adjustment, where the body follows the length
   */
  public static LengthPrefix uint16() {
    return of(Field.UINT16);
  }

  /**
   * Creates a prefix of three bytes.
   *
   * @return a big-endian prefix with zero offset and adjustment, where the body follows the length
   */
  public static LengthPrefix uint24() {
    return of(Field.UINT24);
  }

  /**
   * Creates a prefix of four bytes.
   *
   * @return a big-endian prefix with zero offset and adjustment, where the body follows the length
   */
  public static LengthPrefix uint32() {
    return of(Field.UINT32);
  }

  /**
   * Creates a prefix of eight bytes.
   *
   * @return a big-endian prefix with zero offset and adjustment, where the body follows the length
   */
  public static LengthPrefix uint64() {
    return of(Field.UINT64);
  }

  /**
   * Creates a prefix of one to five bytes.
   *
   * @return a prefix with zero offset and adjustment, where the body follows the length
   */
  public static LengthPrefix varint() {
    return of(Field.VARINT);
  }

  private static LengthPrefix of(Field field) {
    return new LengthPrefix(field, ByteOrder.BIG_ENDIAN, 0, 0, STRIP_HEADER);
  }

  /**
   * Changes the byte order to little-endian.
   *
   * @return the changed prefix
   */
  public LengthPrefix withLittleEndian() {
    return new LengthPrefix(field, ByteOrder.LITTLE_ENDIAN, offset, adjustment, strip);
  }

  /**
   * Changes the offset.
   *
   * @param newOffset the number of bytes before the length field, 0 to 65,535
   * @return the changed prefix
   */
  public LengthPrefix withOffset(int newOffset) {
    return new LengthPrefix(field, order, newOffset, adjustment, strip);
  }

  /**
   * Changes the adjustment.
   *
   * @param newAdjustment the number to add to the length to get the number of bytes after the
   *     length field
   * @return the changed prefix
   */
  public LengthPrefix withAdjustment(int newAdjustment) {
    return new LengthPrefix(field, order, offset, newAdjustment, strip);
  }

  /**
   * Changes the number of bytes that the body codec doesn't see.
   *
   * @param newStrip the number of stripped bytes at the start of a frame, 0 to 65,535, or
   *     {@link #STRIP_HEADER}
   * @return the changed prefix
   */
  public LengthPrefix withStrip(int newStrip) {
    return new LengthPrefix(field, order, offset, adjustment, newStrip);
  }
}
