package io.gannet.transport.internal.buffer;

import java.io.InputStream;
import java.util.Objects;

/** Reads the remaining bytes of a reader. */
final class ReaderInputStream extends InputStream {

  private final ByteBufReader reader;

  ReaderInputStream(ByteBufReader reader) {
    this.reader = reader;
  }

  @Override
  public int read() {
    return reader.isReadable() ? reader.readUnsignedByte() : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    int count = Math.min(length, reader.readableBytes());
    if (count == 0) {
      return -1;
    }
    reader.readBytes(target, offset, count);
    return count;
  }

  @Override
  public long skip(long length) {
    int count = (int) Math.min(Math.max(length, 0), reader.readableBytes());
    reader.skip(count);
    return count;
  }

  @Override
  public int available() {
    return reader.readableBytes();
  }
}
