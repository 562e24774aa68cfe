package io.gannet.transport.internal.compression;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;

/** Writes one Zstandard frame. */
final class ZstandardCompressor implements Compressor {

  private static final int ROOM = 2 * 1024;

  /** The size of the window as a power of two: 256 KiB. */
  private static final int WINDOW_LOG = 18;

  /**
   * At higher levels, the library's tables would be far larger than this window can use: 80 MiB per
   * session at level 19.
   */
  private static final int MAX_FREE_LEVEL = 3;

  private static final int HASH_LOG = 17;
  private static final int CHAIN_LOG = 18;

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final ZstdCompressCtx zstd;

  ZstandardCompressor(int level) {
    int chosen = level < 0 ? Zstd.defaultCompressionLevel() : level;
    zstd = new ZstdCompressCtx().setLevel(chosen).setWindowLog(WINDOW_LOG);
    if (chosen > MAX_FREE_LEVEL) {
      zstd.setHashLog(HASH_LOG).setChainLog(CHAIN_LOG);
    }
  }

  @Override
  public void compress(ChannelHandlerContext context, ByteBuf plain, ByteBuf out) {
    int length = plain.readableBytes();
    if (plain.isDirect()) {
      for (ByteBuffer part : plain.nioBuffers()) {
        compress(part, out);
      }
      plain.skipBytes(length);
    } else {
      ByteBuf direct = context.alloc().directBuffer(length).writeBytes(plain);
      try {
        compress(direct.internalNioBuffer(0, length), out);
      } finally {
        direct.release();
      }
    }
  }

  private void compress(ByteBuffer plain, ByteBuf out) {
    while (plain.hasRemaining()) {
      step(plain, out, EndDirective.CONTINUE);
    }
  }

  @Override
  public void flush(ByteBuf out) {
    while (!step(NOTHING.duplicate(), out, EndDirective.FLUSH)) {
      // There is more output.
    }
  }

  @Override
  public void finish(ByteBuf out) {
    while (!step(NOTHING.duplicate(), out, EndDirective.END)) {
      // There is more output.
    }
  }

  /** Returns whether all output has been written. */
  private boolean step(ByteBuffer plain, ByteBuf out, EndDirective directive) {
    out.ensureWritable(ROOM);
    ByteBuffer room = out.internalNioBuffer(out.writerIndex(), out.writableBytes());
    int start = room.position();
    boolean done = zstd.compressDirectByteBufferStream(room, plain, directive);
    out.writerIndex(out.writerIndex() + room.position() - start);
    return done;
  }

  @Override
  public void close() {
    zstd.close();
  }
}
