package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** Writes one raw DEFLATE stream. */
final class DeflateCompressor implements Compressor {

  private static final int ROOM = 2 * 1024;

  private final Deflater deflater;

  DeflateCompressor(int level) {
    this.deflater = new Deflater(level, true);
  }

  @Override
  public void compress(ChannelHandlerContext context, ByteBuf plain, ByteBuf out) {
    for (ByteBuffer part : plain.nioBuffers()) {
      deflater.setInput(part);
      while (!deflater.needsInput()) {
        deflate(out, Deflater.NO_FLUSH);
      }
    }
    plain.skipBytes(plain.readableBytes());
  }

  @Override
  public void flush(ByteBuf out) {
    while (deflate(out, Deflater.SYNC_FLUSH)) {
      // There may be more output.
    }
  }

  @Override
  public void finish(ByteBuf out) {
    deflater.finish();
    while (deflate(out, Deflater.NO_FLUSH)) {
      // There may be more output.
    }
  }

  /** Returns whether the output has filled the available room. */
  private boolean deflate(ByteBuf out, int flush) {
    out.ensureWritable(ROOM);
    ByteBuffer room = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
    int written = deflater.deflate(room, flush);
    boolean filled = !room.hasRemaining();
    out.writerIndex(out.writerIndex() + written);
    return filled;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
