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
 * A view of a part of a Netty buffer with its own position. It is reused: {@link #open} sets the
 * part, and {@link #close} ends the use. Doesn't change the indexes or the reference count of the
 * Netty buffer.
 *
 * <p>Bytes are read through a JDK buffer on the same memory, see {@link Views}.
 *
 * <p>A closed reader has its position after its end, so that the single bounds check of each method
 * also detects use after close.
 */
public final class ByteBufReader implements ReadBuffer {

  private ByteBuf buf = Unpooled.EMPTY_BUFFER;

  /** The opened part of {@link #buf}. */
  private ByteBuffer view = Views.NONE;

  /** The number to add to an index of {@link #buf} to get the index in {@link #view}. */
  private int shift;

  private int position = 1;
  private int end;

  /**
   * Valid only while the position is still {@link #scannedFrom}, so that reading has no additional
   * cost.
   */
  private int scanned;

  private int scannedFrom;

  /** The reader whose close also closes this one: this one itself unless it is a slice. */
  private final ByteBufReader owner;

  /** The slices created since open, newest first. Only used in the owner. */
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
   * Opens a part of a buffer.
   *
   * @param buf the buffer; must not be released or changed before {@link #close}
   * @param start the index of the first byte
   * @param end the index after the last byte
   * @param scanned the value of {@link #scannedBytes()} until a byte is consumed
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

  /** Ends the use of this reader and of all its slices. Has no effect when it is closed. */
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

  /** {@return the index of the next byte in the Netty buffer} */
  public int position() {
    if (end < position) {
      throw closed();
    }
    return position;
  }

  /**
   * Hides all bytes after the next few, so that the reader itself can be passed on for a frame's
   * body. This saves an object per message compared with {@link #readSlice}. Must be reverted with
   * {@link #widen}.
   *
   * @param length the number of bytes that stay visible
   * @return the argument for {@link #widen}
   */
  public int narrow(int length) {
    checkLength(length);
    int whole = end;
    end = position + length;
    scanned = 0;
    return whole;
  }

  /**
   * Moves the position after the bytes that {@link #narrow} left visible, and shows the hidden
   * bytes again.
   *
   * @param whole the result of {@link #narrow}
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
      // Netty treats this as ISO-8859-1, and so doesn't replace malformed bytes.
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
  public void setScannedBytes(int count) {
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

  /** Moves the position and returns the previous one. */
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

  /** Works like {@link #index}, for lengths that the caller has chosen. */
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
