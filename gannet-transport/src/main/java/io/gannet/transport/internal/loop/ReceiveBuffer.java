package io.gannet.transport.internal.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The buffer that the connections of one loop read into, one after the other. The receiver of the
 * bytes copies what it needs, and releases the buffer, before the next read. If a receiver keeps
 * the buffer, the other connections get a new one. So an idle connection holds no buffer, a read
 * allocates none, and it writes to memory that is still in the processor's cache.
 *
 * <p>Not for io_uring, where many reads are active at the same time.
 */
final class ReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator {

  /** The size that Netty would use for reads of a busy connection. */
  private static final int SIZE = 64 * 1024;

  /** The buffer lives as long as its loop, and is freed by the garbage collector. */
  private static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(true, true, false);

  private final ExtendedHandle handle = new SharedHandle();
  private ByteBuf buffer = UNTRACKED.directBuffer(SIZE, SIZE);

  /**
   * The same handle for all channels, because the reads of one loop don't overlap, and each starts
   * with a reset.
   */
  @Override
  public ExtendedHandle newHandle() {
    return handle;
  }

  private final class SharedHandle extends MaxMessageHandle {

    @Override
    public int guess() {
      return SIZE;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      if (buffer.refCnt() > 1) {
        buffer.release();
        buffer = UNTRACKED.directBuffer(SIZE, SIZE);
      }
      return buffer.clear().retain();
    }
  }
}
