package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses what one connection receives, a piece at a time: nobody knows beforehand how much it
 * will be. Used on the connection's loop only.
 */
interface Decompressor {

  /**
   * Decompresses one piece, of {@value Decompressing#MAX_PIECE} bytes at most.
   *
   * @param context where buffers come from
   * @param in compressed bytes that have not been read yet
   * @return the piece, or null if there is none without more bytes
   * @throws Exception if the bytes are not what the format says
   */
  @Nullable ByteBuf next(ChannelHandlerContext context, ByteBuf in) throws Exception;

  /** Frees what is not on the heap. */
  void close();
}
