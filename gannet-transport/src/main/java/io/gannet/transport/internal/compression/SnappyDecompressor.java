package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.compression.SnappyFrameDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the framing format of Snappy, by calling Netty's decoder directly instead of in a pipeline.
 */
final class SnappyDecompressor extends SnappyFrameDecoder implements Decompressor {

  /** The size of a chunk's type and length in bytes. */
  private static final int HEADER = 4;

  private final List<Object> out = new ArrayList<>(1);

  SnappyDecompressor() {
    super(true);
  }

  @Override
  public @Nullable ByteBuf next(ChannelHandlerContext context, ByteBuf in) throws Exception {
    int before;
    do {
      before = in.readableBytes();
      decodeChunk(context, in);
    } while (out.isEmpty() && in.readableBytes() != before);
    return out.isEmpty() ? null : (ByteBuf) out.removeLast();
  }

  /**
   * Lets Netty see no more than the next chunk: it would continue a length that has no end in its
   * chunk with the bytes that follow, if they have arrived. In the middle of a chunk that is
   * skipped, the limit is arbitrary but not zero, so that skipping continues.
   */
  private void decodeChunk(ChannelHandlerContext context, ByteBuf in) throws Exception {
    int end = in.writerIndex();
    int start = in.readerIndex();
    if (end - start >= HEADER) {
      in.writerIndex(Math.min(end, start + HEADER + in.getUnsignedMediumLE(start + 1)));
    }
    try {
      decode(context, in, out);
    } finally {
      in.writerIndex(end);
    }
  }

  @Override
  public void close() {
    // All data is on the heap.
  }
}
