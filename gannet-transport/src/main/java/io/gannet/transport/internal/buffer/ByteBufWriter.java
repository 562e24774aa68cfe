package io.gannet.transport.internal.buffer;

import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.WriteBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Appends one message to a Netty buffer. It is reused: {@link #open} starts a message, and
 * {@link #close} ends it and moves the Netty buffer's writer index. The caller, who knows the
 * earlier writer index, can discard the message.
 *
 * <p>Bytes are written through a JDK buffer on the same memory, see {@link Views}.
 *
 * <p>A closed writer has its limit before its start, so that the single check of each method also
 * detects use after close.
 */
public final class ByteBufWriter implements WriteBuffer {

  /** The maximum number of bytes for one UTF-16 unit. */
  private static final int MAX_UTF8_BYTES = 3;

  private ByteBuf buf = Unpooled.EMPTY_BUFFER;

  /** The capacity of {@link #buf} when the message started, or when it last grew. */
  private ByteBuffer view = Views.NONE;

  /** The number to add to an index of {@link #buf} to get the index in {@link #view}. */
  private int shift;

  private int start;

  /** The index of the next byte. The Netty buffer's writer index is updated when it is needed. */
  private int position;

  /** The index up to which bytes can be stored without a further check; -1 when closed. */
  private int roomEnd = -1;

  /** The index that the message must not exceed; -1 when closed. */
  private int maxEnd = -1;

  private int limit;

  /** Creates a closed writer. */
  public ByteBufWriter() {}

  /**
   * Starts a message at the buffer's writer index.
   *
   * @param buf the buffer to append to
   * @param limitBytes the maximum size of the message
   */
  public void open(ByteBuf buf, int limitBytes) {
    assert maxEnd < 0 : "the writer is open";
    this.buf = buf;
    this.start = buf.writerIndex();
    this.position = start;
    this.maxEnd = (int) Math.min((long) start + limitBytes, Integer.MAX_VALUE);
    this.limit = limitBytes;
    look();
  }

  /** Updates the view of the buffer's capacity. */
  private void look() {
    int room = buf.writableBytes();
    view = Views.of(buf, position, room);
    shift = view.position() - position;
    roomEnd = Math.min(position + room, maxEnd);
  }

  /** {@return whether a message has been started and not ended} */
  public boolean isOpen() {
    return maxEnd >= 0;
  }

  /** Ends the message. Has no effect when the writer is closed. */
  public void close() {
    if (maxEnd >= 0) {
      buf.writerIndex(position);
    }
    buf = Unpooled.EMPTY_BUFFER;
    view = Views.NONE;
    start = 0;
    position = 0;
    roomEnd = -1;
    maxEnd = -1;
  }

  @Override
  public int size() {
    if (maxEnd < 0) {
      throw closed();
    }
    return position - start;
  }

  @Override
  public void writeByte(int value) {
    int at = advance(1);
    view.put(at, (byte) value);
  }

  @Override
  public void writeShort(int value) {
    int at = advance(2);
    view.putShort(at, (short) value);
  }

  @Override
  public void writeShortLE(int value) {
    writeShort(Short.reverseBytes((short) value));
  }

  @Override
  public void writeMedium(int value) {
    int at = advance(3);
    view.put(at, (byte) (value >>> 16));
    view.putShort(at + 1, (short) value);
  }

  @Override
  public void writeMediumLE(int value) {
    int at = advance(3);
    view.putShort(at, Short.reverseBytes((short) value));
    view.put(at + 2, (byte) (value >>> 16));
  }

  @Override
  public void writeInt(int value) {
    int at = advance(4);
    view.putInt(at, value);
  }

  @Override
  public void writeIntLE(int value) {
    writeInt(Integer.reverseBytes(value));
  }

  @Override
  public void writeLong(long value) {
    int at = advance(8);
    view.putLong(at, value);
  }

  @Override
  public void writeLongLE(long value) {
    writeLong(Long.reverseBytes(value));
  }

  @Override
  public void writeBytes(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, Math.max(length, 0), source.length);
    int at = advance(length);
    view.put(at, source, offset, length);
  }

  @Override
  public void writeBytes(ByteBuffer source) {
    int length = source.remaining();
    int at = advance(length);
    view.put(at, source, source.position(), length);
    source.position(source.limit());
  }

  @Override
  public int writeString(CharSequence text, Charset charset) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return writeUtf8(text);
    }
    byte[] bytes = text.toString().getBytes(charset);
    writeBytes(bytes, 0, bytes.length);
    return bytes.length;
  }

  private int writeUtf8(CharSequence text) {
    // If the text fits in the worst case, it is encoded in one pass. Otherwise a first pass
    // computes the exact size, so that the buffer doesn't grow to three times the text, and a
    // message that just fits isn't refused.
    long worst = (long) text.length() * MAX_UTF8_BYTES;
    int before = position;
    if (worst <= roomEnd - position) {
      position += ByteBufUtil.writeUtf8(buf.writerIndex(position), text);
    } else {
      // The exact size of such a long text exceeds an int.
      int size = worst <= Integer.MAX_VALUE ? ByteBufUtil.utf8Bytes(text) : Integer.MAX_VALUE;
      advance(size);
      ByteBufUtil.reserveAndWriteUtf8(buf.writerIndex(before), text, size);
    }
    look(); // Netty may have used the view
    return position - before;
  }

  @Override
  public void writeZero(int length) {
    int at = advance(length);
    int end = at + length;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      view.putLong(at, 0);
    }
    if (at <= end - Integer.BYTES) {
      view.putInt(at, 0);
      at += Integer.BYTES;
    }
    for (; at < end; at++) {
      view.put(at, (byte) 0);
    }
  }

  @Override
  public void setByte(int offset, int value) {
    view.put(index(offset, 1) + shift, (byte) value);
  }

  @Override
  public void setShort(int offset, int value) {
    view.putShort(index(offset, 2) + shift, (short) value);
  }

  @Override
  public void setShortLE(int offset, int value) {
    setShort(offset, Short.reverseBytes((short) value));
  }

  @Override
  public void setInt(int offset, int value) {
    view.putInt(index(offset, 4) + shift, value);
  }

  @Override
  public void setIntLE(int offset, int value) {
    setInt(offset, Integer.reverseBytes(value));
  }

  @Override
  public OutputStream asOutputStream() {
    if (maxEnd < 0) {
      throw closed();
    }
    return new WriterOutputStream(this);
  }

  /**
   * Makes room inside the message by moving the bytes after it.
   *
   * @param offset the offset from the start of the message
   * @param length the number of bytes, whose content is undefined
   */
  public void insert(int offset, int length) {
    int from = index(offset, 0);
    int tail = position - from;
    advance(length);
    // All implementations of this copy, for arrays, memory and NIO buffers, allow overlapping.
    view.put(from + length + shift, view, from + shift, tail);
  }

  /**
   * Finds bytes in the written data.
   *
   * @param pattern the bytes to look for, at least one
   * @param fromOffset the offset from the start of the message at which the search starts
   * @return the offset from the start of the message, or -1
   */
  public int indexOf(byte[] pattern, int fromOffset) {
    int last = position - pattern.length;
    int at = index(fromOffset, 0);
    while (at <= last) {
      at = buf.indexOf(at, last + 1, pattern[0]);
      if (at < 0) {
        return -1;
      }
      if (matches(pattern, at)) {
        return at - start;
      }
      at++;
    }
    return -1;
  }

  private boolean matches(byte[] pattern, int at) {
    for (int i = 1; i < pattern.length; i++) {
      if (view.get(at + i + shift) != pattern[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Appends bytes that a serializer writes into an NIO buffer.
   *
   * @param length the number of bytes
   * @return the buffer to write them to; must be filled, and not used afterwards
   */
  public ByteBuffer reserve(int length) {
    int at = advance(length);
    return view.slice(at, length);
  }

  /** Makes room for the next bytes if the limit allows them; returns the index in the view. */
  private int advance(int length) {
    int at = position;
    if (length < 0 || length > roomEnd - at) {
      makeRoom(length);
    }
    position = at + length;
    return at + shift;
  }

  private void makeRoom(int length) {
    if (length < 0 || length > maxEnd - position) {
      throw refused(length);
    }
    buf.writerIndex(position).ensureWritable(length);
    look();
  }

  private int index(int offset, int length) {
    if (offset < 0 || offset > position - start - length) {
      throw outside(offset, length);
    }
    return start + offset;
  }

  private RuntimeException refused(int length) {
    if (maxEnd < 0) {
      return closed();
    }
    if (length < 0) {
      return new IllegalArgumentException("length %d is negative".formatted(length));
    }
    return new MessageTooLargeException((long) size() + length, limit, "maxMessageSize");
  }

  private RuntimeException outside(int offset, int length) {
    return maxEnd < 0
        ? closed()
        : new IndexOutOfBoundsException(
            "cannot overwrite %d bytes at offset %d: the message has %d bytes"
                .formatted(length, offset, size()));
  }

  private static IllegalStateException closed() {
    return new IllegalStateException(
        "this buffer is valid only during the call that it was passed to");
  }
}
