package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.compression.CompressionException;
import io.netty.handler.codec.compression.SnappyFrameEncoder;

/**
 * Writes the framing format of Snappy, by calling Netty's encoder directly instead of in a
 * pipeline.
 */
final class SnappyCompressor extends SnappyFrameEncoder implements Compressor {

  @Override
  public void compress(ChannelHandlerContext context, ByteBuf plain, ByteBuf out) {
    try {
      encode(context, plain, out);
    } catch (Exception e) {
      throw new CompressionException("Snappy failed", e);
    }
  }

  @Override
  public void flush(ByteBuf out) {
    // Each call has written whole frames.
  }

  @Override
  public void finish(ByteBuf out) {
    // The format has no end.
  }

  @Override
  public void close() {
    // All data is on the heap.
  }
}
