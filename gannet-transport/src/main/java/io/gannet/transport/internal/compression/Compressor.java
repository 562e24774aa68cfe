package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Compresses what one connection sends. Used on the connection's loop only. */
interface Compressor {

  /**
   * Compresses some bytes; what comes of them may show later.
   *
   * @param context where buffers come from
   * @param plain the bytes; all of them are read
   * @param out a direct buffer to write to
   */
  void compress(ChannelHandlerContext context, ByteBuf plain, ByteBuf out);

  /**
   * Writes so much that the peer can decompress all that was given so far.
   *
   * @param out a direct buffer to write to
   */
  void flush(ByteBuf out);

  /**
   * Ends the stream, after which nothing else is called but {@link #close}.
   *
   * @param out a direct buffer to write to
   */
  void finish(ByteBuf out);

  /** Frees what is not on the heap. */
  void close();
}
