package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Reads one raw DEFLATE stream. */
final class DeflateDecompressor implements Decompressor {

  private static final int PIECE = 16 * 1024;

  private final Inflater inflater = new Inflater(true);

  /** Whether the inflater may contain more output. */
  private boolean filled;

  @Override
  public @Nullable ByteBuf next(ChannelHandlerContext context, ByteBuf in)
      throws DataFormatException {
    if (!in.isReadable() && !filled) {
      return null;
    }
    ByteBuf out = context.alloc().directBuffer(PIECE);
    try {
      ByteBuffer from = in.nioBuffer();
      int before = from.remaining();
      inflater.setInput(from);
      ByteBuffer room = out.internalNioBuffer(0, PIECE);
      int length = inflater.inflate(room);
      filled = !room.hasRemaining() && !inflater.finished();
      in.skipBytes(before - from.remaining());
      if (inflater.needsDictionary()) {
        throw new DataFormatException("the data needs a preset dictionary");
      }
      if (length > 0) {
        return out.writerIndex(length).retain();
      }
      if (in.isReadable()) {
        throw new DataFormatException("more bytes follow after the end of the compressed data");
      }
      return null;
    } finally {
      out.release();
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
