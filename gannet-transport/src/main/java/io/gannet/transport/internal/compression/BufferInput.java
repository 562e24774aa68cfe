package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.InputStream;

/** Lets a library that reads streams read the buffer of the moment; its end is that of the stream. */
final class BufferInput extends InputStream {

  private ByteBuf source = Unpooled.EMPTY_BUFFER;

  /** Reads from a buffer, for as long as whoever calls this has it. */
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
