package io.gannet.transport.internal.buffer;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * The JDK's views of Netty buffers. The JIT compiler makes one checked load or store of each access to
 * such a view, where an access to a Netty buffer checks in many small steps.
 */
public final class Views {

  /** A view of nothing. */
  static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private Views() {}

  /**
   * Looks at a part of a buffer. Netty may use the same view for something else, which moves its
   * position and its limit.
   *
   * @param buf the buffer
   * @param index where the part begins
   * @param length how long it is
   * @return the view, whose position stands for the index
   */
  public static ByteBuffer of(ByteBuf buf, int index, int length) {
    return buf.nioBufferCount() == 1
        ? buf.internalNioBuffer(index, length)
        : buf.nioBuffer(index, length);
  }
}
