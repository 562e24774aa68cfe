package io.gannet.transport.internal.buffer;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * JDK buffers on the memory of Netty buffers. The JIT compiler turns each access to such a buffer
 * into one checked load or store, while an access to a Netty buffer performs many small checks.
 */
public final class Views {

  /** An empty view. */
  static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private Views() {}

  /**
   * Returns a view of a part of a buffer. Netty may use the same view for other purposes, which
   * changes its position and limit.
   *
   * @param buf the buffer
   * @param index the start of the part
   * @param length the length of the part
   * @return the view, whose position corresponds to the index
   */
  public static ByteBuffer of(ByteBuf buf, int index, int length) {
    return buf.nioBufferCount() == 1
        ? buf.internalNioBuffer(index, length)
        : buf.nioBuffer(index, length);
  }
}
