package io.gannet.transport.internal.buffer;

import java.io.OutputStream;

/** Writes to a writer. Closing it has no effect, because the message may continue afterwards. */
final class WriterOutputStream extends OutputStream {

  private final ByteBufWriter writer;

  WriterOutputStream(ByteBufWriter writer) {
    this.writer = writer;
  }

  @Override
  public void write(int value) {
    writer.writeByte(value);
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    writer.writeBytes(source, offset, length);
  }
}
