package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.InputStream;

/**
 * A stream over the current buffer, for a library that reads streams. The end of the buffer is the
 * end of the stream.
 */
final class BufferInput extends InputStream {

  private ByteBuf source = Unpooled.EMPTY_BUFFER;

  /** Sets the buffer to read from, which is valid only during the caller's call. */
  void from(ByteBuf buffer) {
    source = buffer;
  }

  @Override
  public int available() {
    return source.readableBytes();
  }

  @Override
  public int read() {
    return source.isReadable() ? source.readUnsignedByte() : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    int count = Math.min(length, source.readableBytes());
    if (count == 0) {
      return length == 0 ? 0 : -1;
    }
    source.readBytes(bytes, offset, count);
    return count;
  }
}
