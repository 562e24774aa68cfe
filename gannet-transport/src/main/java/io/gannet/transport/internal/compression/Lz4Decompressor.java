package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.compression.DecompressionException;
import java.io.IOException;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads one LZ4 frame. What is here only finds out whether the next block is whole, because the library
 * would wait for it. (Netty has no decoder of this format, and the one that it has for another can't be
 * used on the module path.)
 */
final class Lz4Decompressor implements Decompressor {

  private static final int MAGIC = 0x184D2204;

  private static final int BLOCK_CHECKSUM = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int CONTENT_CHECKSUM = 0x04;

  /** The code of blocks of 256 KiB. */
  private static final int MAX_BLOCK = 5;

  private static final int CHECKSUM = 4;

  private final BufferInput source = new BufferInput();

  /** Null until the header and a block have come. */
  private @Nullable LZ4FrameInputStream frame;

  private int flags;
  private boolean ended;

  @Override
  public @Nullable ByteBuf next(ChannelHandlerContext context, ByteBuf in) throws IOException {
    if (!in.isReadable()) {
      return null;
    }
    if (ended) {
      throw new DecompressionException("more bytes follow after its end");
    }
    if (!isBlockWhole(in)) {
      return null;
    }
    source.from(in);
    if (frame == null) {
      frame =
          new LZ4FrameInputStream(
              source,
              LZ4Factory.fastestInstance().safeDecompressor(),
              XXHashFactory.fastestInstance().hash32(),
              true);
    }
    int first = frame.read();
    if (first < 0) {
      ended = true;
      return next(context, in);
    }
    int more = frame.available();
    ByteBuf out = context.alloc().buffer(1 + more).writeByte(first);
    try {
      if (more > 0) { // asked for nothing, the library reads the next block
        out.writeBytes(frame, more);
      }
      return out.retain();
    } finally {
      out.release();
    }
  }

  /** Whether a block has come from its length to its end; of the first also the frame's header. */
  private boolean isBlockWhole(ByteBuf in) {
    int start = in.readerIndex();
    if (frame == null) {
      if (in.readableBytes() < 6) {
        return false;
      }
      readHeader(in, start);
      start += 7 + ((flags & CONTENT_SIZE) != 0 ? 8 : 0);
    }
    int available = in.writerIndex() - start - 4;
    if (available < 0) {
      return false;
    }
    int length = in.getIntLE(start) & Integer.MAX_VALUE; // the highest bit: it is not compressed
    int checksum = length == 0 ? CONTENT_CHECKSUM : BLOCK_CHECKSUM;
    return available - ((flags & checksum) != 0 ? CHECKSUM : 0) >= length;
  }

  private void readHeader(ByteBuf in, int start) {
    if (in.getIntLE(start) != MAGIC) {
      throw new DecompressionException("no LZ4 frame");
    }
    flags = in.getByte(start + 4);
    int block = in.getByte(start + 5) >> 4;
    if (block > MAX_BLOCK) {
      throw new DecompressionException("blocks may have more than 256 KiB");
    }
  }

  @Override
  public void close() {
    // All is on the heap.
  }
}
