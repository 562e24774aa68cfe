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
 * Reads one LZ4 frame. This class only checks whether the next block is complete, because the
 * library would block otherwise. (Netty has no decoder for this format, and its decoder for another
 * one can't be used on the module path.)
 */
final class Lz4Decompressor implements Decompressor {

  private static final int MAGIC = 0x184D2204;

  private static final int BLOCK_CHECKSUM = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int CONTENT_CHECKSUM = 0x04;

  /** The code of blocks of 256 KiB. */
  private static final int MAX_BLOCK = 5;

  /** The size of a block's length field in bytes. */
  private static final int LENGTH = 4;

  private static final int CHECKSUM = 4;

  private final BufferInput source = new BufferInput();

  /** Null until the header has arrived. */
  private @Nullable LZ4FrameInputStream frame;

  private int flags;
  private boolean ended;

  @Override
  public @Nullable ByteBuf next(ChannelHandlerContext context, ByteBuf in) throws IOException {
    if (!in.isReadable()) {
      return null;
    }
    if (ended) {
      throw new DecompressionException("more bytes follow after the end of the compressed data");
    }
    source.from(in);
    if (frame == null) {
      if (!isHeaderWhole(in)) {
        return null;
      }
      frame = begin();
    }
    while (isBlockWhole(in)) {
      if (isBlockEmpty(in)) {
        in.skipBytes(LENGTH + length(in) + checksum(in));
        continue;
      }
      int first = frame.read();
      if (first < 0) {
        ended = true;
        return next(context, in);
      }
      int more = frame.available();
      ByteBuf out = context.alloc().buffer(1 + more).writeByte(first);
      try {
        if (more > 0) { // a read of 0 bytes would read the next block
          out.writeBytes(frame, more);
        }
        return out.retain();
      } finally {
        out.release();
      }
    }
    return null;
  }

  private LZ4FrameInputStream begin() throws IOException {
    LZ4FrameInputStream made =
        new LZ4FrameInputStream(
            source,
            LZ4Factory.fastestInstance().safeDecompressor(),
            XXHashFactory.fastestInstance().hash32(),
            true);
    made.getExpectedContentSize(); // reads the header, but no block
    return made;
  }

  private boolean isHeaderWhole(ByteBuf in) {
    if (in.readableBytes() < 6) {
      return false;
    }
    checkHeader(in, in.readerIndex());
    return in.readableBytes() >= 7 + ((flags & CONTENT_SIZE) != 0 ? 8 : 0);
  }

  /** {@return whether a complete block, or the end mark of the frame, has arrived} */
  private boolean isBlockWhole(ByteBuf in) {
    int available = in.readableBytes() - LENGTH;
    return available >= 0 && available - checksum(in) >= length(in);
  }

  /**
   * {@return whether a block is empty, which is allowed} The library would continue with the next
   * block, which may not have arrived.
   */
  private static boolean isBlockEmpty(ByteBuf in) {
    return in.getIntLE(in.readerIndex()) == 1 // compressed, one byte: no literals
        && (in.getByte(in.readerIndex() + LENGTH) & 0xf0) == 0;
  }

  private static int length(ByteBuf in) {
    return in.getIntLE(in.readerIndex())
        & Integer.MAX_VALUE; // the highest bit means: not compressed
  }

  /** {@return the size of the checksum after a block, or after the end mark} */
  private int checksum(ByteBuf in) {
    int has = length(in) == 0 ? CONTENT_CHECKSUM : BLOCK_CHECKSUM;
    return (flags & has) != 0 ? CHECKSUM : 0;
  }

  private void checkHeader(ByteBuf in, int start) {
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
    // All data is on the heap.
  }
}
