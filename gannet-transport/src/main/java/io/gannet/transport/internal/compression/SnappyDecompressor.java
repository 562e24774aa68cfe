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

  private final List<Object> out = new ArrayList<>(1);

  SnappyDecompressor() {
    super(true);
  }

  @Override
  public @Nullable ByteBuf next(ChannelHandlerContext context, ByteBuf in) throws Exception {
    int before;
    do {
      before = in.readableBytes();
      decode(context, in, out);
    } while (out.isEmpty() && in.readableBytes() != before);
    return out.isEmpty() ? null : (ByteBuf) out.removeLast();
  }

  @Override
  public void close() {
    // All data is on the heap.
  }
}
