package io.gannet.transport.internal.buffer;

import io.gannet.transport.ReadBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A view of a part of a Netty buffer with a position of its own. It is reused: {@link #open} points it
 * somewhere and {@link #close} ends the use. Does not touch the indexes or the reference count of the
 * Netty buffer.
 *
 * <p>Bytes are read through the JDK's view of the Netty buffer, see {@link Views}.
 *
 * <p>A closed reader has its position behind its end, so that the one bounds check of each method also
 * finds use after close.
 */
public final class ByteBufReader implements ReadBuffer {

  private ByteBuf buf = Unpooled.EMPTY_BUFFER;

  /** The part of {@link #buf} that was opened. */
  private ByteBuffer view = Views.NONE;

  /** What to add to an index of {@link #buf} to get the one of {@link #view}. */
  private int shift;

  private int position = 1;
  private int end;

  /** Valid only while the position is still {@link #scannedFrom}: reading then costs nothing extra. */
  private int scanned;

  private int scannedFrom;

  /** The reader whose close ends this one too: this one itself unless it is a slice. */
  private final ByteBufReader owner;

  /** The slices handed out since open, newest first. Only used in the owner. */
  private @Nullable ByteBufReader slices;

  private @Nullable ByteBufReader nextSlice;

  /** Creates a closed reader. */
  public ByteBufReader() {
    this.owner = this;
  }

  private ByteBufReader(ByteBufReader owner, int start, int end) {
    this.owner = owner;
    this.nextSlice = owner.slices;
    owner.slices = this;
    this.buf = owner.buf;
    this.view = owner.view;
    this.shift = owner.shift;
    this.position = start;
    this.end = end;
    this.scannedFrom = start;
  }

  /**
   * Points the reader at a part of a buffer.
   *
   * @param buf the buffer; must not be released or changed before {@link #close}
   * @param start the index of the first byte
   * @param end the index behind the last byte
   * @param scanned what {@link #scannedBytes()} answers until a byte is consumed
   */
  public void open(ByteBuf buf, int start, int end, int scanned) {
    assert this.end < position : "the reader is open";
    assert 0 <= start && start <= end && end <= buf.capacity() && scanned <= end - start;
    this.buf = buf;
    this.view = Views.of(buf, start, end - start);
    this.shift = view.position() - start;
    this.position = start;
    this.end = end;
    this.scanned = scanned;
    this.scannedFrom = start;
  }

  /** Ends the use of this reader and of all slices made from it. Does nothing when it is closed. */
  public void close() {
    buf = Unpooled.EMPTY_BUFFER;
    view = Views.NONE;
    position = 1;
    end = 0;
    if (slices != null) {
      closeSlices();
    }
  }

  private void closeSlices() {
    ByteBufReader slice = slices;
    slices = null;
    while (slice != null) {
      ByteBufReader next = slice.nextSlice;
      slice.nextSlice = null;
      slice.close();
      slice = next;
    }
  }

  /**
   * {@return the index in the Netty buffer of the next byte}
   */
  public int position() {
    if (end < position) {
      throw closed();
    }
    return position;
  }

  /**
   * Hides what follows the next few bytes: a frame's body gets the reader itself, which saves an object
   * per message against {@link #readSlice}. Must be undone with {@link #widen}.
   *
   * @param length how many bytes stay visible
   * @return what to give to {@link #widen}
   */
  public int narrow(int length) {
    checkLength(length);
    int whole = end;
    end = position + length;
    scanned = 0;
    return whole;
  }

  /**
   * Moves the position behind what {@link #narrow} left visible and shows again what it hid.
   *
   * @param whole what {@link #narrow} returned
   */
  public void widen(int whole) {
    if (end < position) {
      throw closed();
    }
    position = end;
    end = whole;
  }

  @Override
  public int readableBytes() {
    int readable = end - position;
    if (readable < 0) {
      throw closed();
    }
    return readable;
  }

  @Override
  public void skip(int length) {
    checkLength(length);
    position += length;
  }

  @Override
  public byte readByte() {
    int index = position;
    if (index >= end) {
      throw tooShort(1);
    }
    position = index + 1;
    return view.get(index + shift);
  }

  @Override
  public short readShort() {
    return view.getShort(advance(2) + shift);
  }

  @Override
  public short readShortLE() {
    return Short.reverseBytes(view.getShort(advance(2) + shift));
  }

  @Override
  public int readUnsignedMedium() {
    return medium(advance(3));
  }

  @Override
  public int readUnsignedMediumLE() {
    return mediumLE(advance(3));
  }

  @Override
  public int readInt() {
    return view.getInt(advance(4) + shift);
  }

  @Override
  public int readIntLE() {
    return Integer.reverseBytes(view.getInt(advance(4) + shift));
  }

  @Override
  public long readLong() {
    return view.getLong(advance(8) + shift);
  }

  @Override
  public long readLongLE() {
    return Long.reverseBytes(view.getLong(advance(8) + shift));
  }

  @Override
  public byte[] readBytes(int length) {
    checkLength(length);
    byte[] bytes = getBytes(0, length);
    position += length;
    return bytes;
  }

  @Override
  public void readBytes(byte[] target, int offset, int length) {
    checkLength(length);
    getBytes(0, target, offset, length);
    position += length;
  }

  @Override
  public void readBytes(ByteBuffer target) {
    int length = target.remaining();
    checkLength(length);
    getBytes(0, target);
    position += length;
  }

  @Override
  public String readString(int length, Charset charset) {
    checkLength(length);
    String text = text(position, length, charset);
    position += length;
    return text;
  }

  @Override
  public ReadBuffer readSlice(int length) {
    checkLength(length);
    int start = position;
    position = start + length;
    return new ByteBufReader(owner, start, position);
  }

  @Override
  public ByteBuffer readByteBuffer(int length) {
    checkLength(length);
    ByteBuffer bytes = view.slice(position + shift, length).asReadOnlyBuffer();
    position += length;
    return bytes;
  }

  @Override
  public InputStream asInputStream() {
    if (end < position) {
      throw closed();
    }
    return new ReaderInputStream(this);
  }

  @Override
  public byte getByte(int offset) {
    return view.get(index(offset, 1) + shift);
  }

  @Override
  public short getShort(int offset) {
    return view.getShort(index(offset, 2) + shift);
  }

  @Override
  public short getShortLE(int offset) {
    return Short.reverseBytes(view.getShort(index(offset, 2) + shift));
  }

  @Override
  public int getUnsignedMedium(int offset) {
    return medium(index(offset, 3));
  }

  @Override
  public int getUnsignedMediumLE(int offset) {
    return mediumLE(index(offset, 3));
  }

  @Override
  public int getInt(int offset) {
    return view.getInt(index(offset, 4) + shift);
  }

  @Override
  public int getIntLE(int offset) {
    return Integer.reverseBytes(view.getInt(index(offset, 4) + shift));
  }

  @Override
  public long getLong(int offset) {
    return view.getLong(index(offset, 8) + shift);
  }

  @Override
  public long getLongLE(int offset) {
    return Long.reverseBytes(view.getLong(index(offset, 8) + shift));
  }

  @Override
  public byte[] getBytes(int offset, int length) {
    int index = range(offset, length);
    byte[] bytes = new byte[length];
    view.get(index + shift, bytes, 0, length);
    return bytes;
  }

  @Override
  public void getBytes(int offset, byte[] target, int targetOffset, int length) {
    view.get(range(offset, length) + shift, target, targetOffset, length);
  }

  @Override
  public void getBytes(int offset, ByteBuffer target) {
    int length = target.remaining();
    target
        .put(target.position(), view, range(offset, length) + shift, length)
        .position(target.limit());
  }

  @Override
  public String getString(int offset, int length, Charset charset) {
    return text(range(offset, length), length, charset);
  }

  private String text(int index, int length, Charset charset) {
    if (charset.equals(StandardCharsets.US_ASCII)) {
      // Netty takes this for ISO-8859-1, and so doesn't replace what is malformed.
      byte[] bytes = new byte[length];
      buf.getBytes(index, bytes);
      return new String(bytes, charset);
    }
    int limit = view.limit();
    String text = buf.toString(index, length, charset);
    view.limit(limit); // Netty may have used the view
    return text;
  }

  @Override
  public int indexOf(byte value, int fromOffset) {
    int from = index(fromOffset, 0);
    int found = buf.indexOf(from, end, value);
    return found < 0 ? -1 : found - position;
  }

  @Override
  public int scannedBytes() {
    if (end < position) {
      throw closed();
    }
    return scannedFrom == position ? scanned : 0;
  }

  @Override
  public void scannedBytes(int count) {
    checkLength(count);
    scanned = count;
    scannedFrom = position;
  }

  private int medium(int index) {
    return ((view.get(index + shift) & 0xFF) << 16) | (view.getShort(index + 1 + shift) & 0xFFFF);
  }

  private int mediumLE(int index) {
    return ((view.get(index + 2 + shift) & 0xFF) << 16)
        | (Short.reverseBytes(view.getShort(index + shift)) & 0xFFFF);
  }

  /** Moves the position and returns where it was. */
  private int advance(int length) {
    int index = position;
    if (index > end - length) {
      throw tooShort(length);
    }
    position = index + length;
    return index;
  }

  private int index(int offset, int length) {
    if (offset < 0 || offset > end - position - length) {
      throw outside(offset, length);
    }
    return position + offset;
  }

  /** As {@link #index}, for lengths that the caller has chosen. */
  private int range(int offset, int length) {
    if (length < 0) {
      throw outside(offset, length);
    }
    return index(offset, length);
  }

  private void checkLength(int length) {
    if (length < 0 || length > end - position) {
      throw tooShort(length);
    }
  }

  private RuntimeException tooShort(int length) {
    return end < position
        ? closed()
        : new IndexOutOfBoundsException(
            "cannot read %d bytes: %d are left; ask readableBytes() first"
                .formatted(length, end - position));
  }

  private RuntimeException outside(int offset, int length) {
    return end < position
        ? closed()
        : new IndexOutOfBoundsException(
            "cannot look at %d bytes at offset %d: %d bytes are left; ask readableBytes() first"
                .formatted(length, offset, end - position));
  }

  private static IllegalStateException closed() {
    return new IllegalStateException(
        "this buffer is valid only during the call that it was passed to; copy the data to keep"
            + " it");
  }
}
