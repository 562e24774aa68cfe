package io.gannet.transport.internal.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Reads consecutive Zstandard frames. */
final class ZstandardDecompressor implements Decompressor {

  private static final int PIECE = 16 * 1024;

  /**
   * The maximum window of the peer as a power of two: 2 MiB. By default, the library would let a
   * header of a few bytes allocate 128 MiB.
   */
  private static final int MAX_WINDOW_LOG = 21;

  private final BufferInput source = new BufferInput();
  private final ZstdInputStreamNoFinalizer stream;

  ZstandardDecompressor() {
    try {
      stream =
          new ZstdInputStreamNoFinalizer(source).setContinuous(true).setLongMax(MAX_WINDOW_LOG);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: the window's limit is valid
    }
  }

  @Override
  public @Nullable ByteBuf next(ChannelHandlerContext context, ByteBuf in) throws IOException {
    source.from(in);
    while (stream.available() > 0) {
      ByteBuf out = context.alloc().heapBuffer(PIECE);
      try {
        if (out.writeBytes(stream, PIECE) > 0) {
          return out.retain();
        }
      } finally {
        out.release();
      }
    }
    return null;
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never in memory
    }
  }
}
