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

/**
 * Appends one message to a Netty buffer. It is reused: {@link #open} starts a message and {@link
 * #close} ends it; neither allocates. Taking back a message is up to the caller, who knows the writer
 * index from before.
 *
 * <p>A closed writer has its limit before its start, so that the one check of each method also finds
 * use after close.
 */
public final class ByteBufWriter implements WriteBuffer {

  /** How many bytes one UTF-16 unit becomes at most. */
  private static final int MAX_UTF8_BYTES = 3;

  private ByteBuf buf = Unpooled.EMPTY_BUFFER;
  private int start;

  /** The index that the message must not go beyond; -1 when closed. */
  private int maxEnd = -1;

  private int limit;

  /** Creates a closed writer. */
  public ByteBufWriter() {}

  /**
   * Starts a message at the buffer's writer index.
   *
   * @param buf where to append
   * @param limitBytes the largest size of the message
   */
  public void open(ByteBuf buf, int limitBytes) {
    assert maxEnd < 0 : "the writer is open";
    this.buf = buf;
    this.start = buf.writerIndex();
    this.maxEnd = (int) Math.min((long) start + limitBytes, Integer.MAX_VALUE);
    this.limit = limitBytes;
  }

  /** Ends the message. Does nothing when the writer is closed. */
  public void close() {
    buf = Unpooled.EMPTY_BUFFER;
    start = 0;
    maxEnd = -1;
  }

  @Override
  public int size() {
    if (maxEnd < 0) {
      throw closed();
    }
    return buf.writerIndex() - start;
  }

  @Override
  public void writeByte(int value) {
    target(1).writeByte(value);
  }

  @Override
  public void writeShort(int value) {
    target(2).writeShort(value);
  }

  @Override
  public void writeShortLE(int value) {
    target(2).writeShortLE(value);
  }

  @Override
  public void writeMedium(int value) {
    target(3).writeMedium(value);
  }

  @Override
  public void writeMediumLE(int value) {
    target(3).writeMediumLE(value);
  }

  @Override
  public void writeInt(int value) {
    target(4).writeInt(value);
  }

  @Override
  public void writeIntLE(int value) {
    target(4).writeIntLE(value);
  }

  @Override
  public void writeLong(long value) {
    target(8).writeLong(value);
  }

  @Override
  public void writeLongLE(long value) {
    target(8).writeLongLE(value);
  }

  @Override
  public void writeBytes(byte[] source, int offset, int length) {
    target(length).writeBytes(source, offset, length);
  }

  @Override
  public void writeBytes(ByteBuffer source) {
    target(source.remaining()).writeBytes(source);
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
    // What fits in any case is encoded in one pass; otherwise a first pass finds the exact size, so
    // that neither the
    // buffer grows to three times the text nor a message that just fits is refused.
    long worst = (long) text.length() * MAX_UTF8_BYTES;
    if (worst <= Math.min(buf.writableBytes(), maxEnd - buf.writerIndex())) {
      return ByteBufUtil.writeUtf8(buf, text);
    }
    // A text this long has no exact size in an int.
    int size = worst <= Integer.MAX_VALUE ? ByteBufUtil.utf8Bytes(text) : Integer.MAX_VALUE;
    return ByteBufUtil.reserveAndWriteUtf8(target(size), text, size);
  }

  @Override
  public void writeZero(int length) {
    target(length).writeZero(length);
  }

  @Override
  public void setByte(int offset, int value) {
    buf.setByte(index(offset, 1), value);
  }

  @Override
  public void setShort(int offset, int value) {
    buf.setShort(index(offset, 2), value);
  }

  @Override
  public void setShortLE(int offset, int value) {
    buf.setShortLE(index(offset, 2), value);
  }

  @Override
  public void setInt(int offset, int value) {
    buf.setInt(index(offset, 4), value);
  }

  @Override
  public void setIntLE(int offset, int value) {
    buf.setIntLE(index(offset, 4), value);
  }

  @Override
  public OutputStream asOutputStream() {
    if (maxEnd < 0) {
      throw closed();
    }
    return new WriterOutputStream(this);
  }

  /**
   * Makes room inside the message by moving what is behind it.
   *
   * @param offset where, from the message's start
   * @param length how many bytes; their content is undefined
   */
  public void insert(int offset, int length) {
    int from = index(offset, 0);
    int tail = buf.writerIndex() - from;
    writeZero(length);
    // All the copies that this may end in, of arrays, memory or NIO buffers, allow an overlap.
    buf.setBytes(from + length, buf, from, tail);
  }

  /**
   * Finds bytes in what has been written.
   *
   * @param pattern the bytes to look for, at least one
   * @param fromOffset where to start, from the message's start
   * @return their offset from the message's start, or -1
   */
  public int indexOf(byte[] pattern, int fromOffset) {
    int last = buf.writerIndex() - pattern.length;
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
      if (buf.getByte(at + i) != pattern[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Appends bytes that a serializer writes into an NIO buffer.
   *
   * @param length how many
   * @return where to write them; must be filled, and not used after that
   */
  public ByteBuffer reserve(int length) {
    ByteBuf target = target(length);
    target.ensureWritable(length);
    int from = target.writerIndex();
    target.writerIndex(from + length);
    return target.nioBuffer(from, length);
  }

  /** Where to write the next bytes, when the limit allows them. */
  private ByteBuf target(int length) {
    ByteBuf target = buf;
    if (length < 0 || length > maxEnd - target.writerIndex()) {
      throw refused(length);
    }
    return target;
  }

  private int index(int offset, int length) {
    if (offset < 0 || offset > buf.writerIndex() - start - length) {
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
    return new IllegalStateException("this buffer was valid only during the call it was given to");
  }
}
