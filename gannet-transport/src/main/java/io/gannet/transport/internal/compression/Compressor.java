package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Compresses the sent data of one connection. Used only on the connection's loop. */
interface Compressor {

  /**
   * Compresses some bytes, whose output may be delayed.
   *
   * @param context allocates buffers
   * @param plain the bytes; all of them are read
   * @param out a direct buffer to write to
   */
  void compress(ChannelHandlerContext context, ByteBuf plain, ByteBuf out);

  /**
   * Writes enough output for the peer to decompress all bytes so far.
   *
   * @param out a direct buffer to write to
   */
  void flush(ByteBuf out);

  /**
   * Ends the stream. Only {@link #close} may be called afterwards.
   *
   * @param out a direct buffer to write to
   */
  void finish(ByteBuf out);

  /** Releases memory outside the heap. */
  void close();
}
