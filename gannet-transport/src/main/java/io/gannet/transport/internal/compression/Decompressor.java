package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses the received data of one connection, a piece at a time, because the decompressed
 * size is unknown. Used only on the connection's loop.
 */
interface Decompressor {

  /**
   * Decompresses one piece of at most {@value DecompressingHandler#MAX_PIECE} bytes.
   *
   * @param context allocates buffers
   * @param in the unread compressed bytes
   * @return the piece, or null if more bytes are needed
   * @throws Exception if the bytes are invalid
   */
  @Nullable ByteBuf next(ChannelHandlerContext context, ByteBuf in) throws Exception;

  /** Releases memory outside the heap. */
  void close();
}
