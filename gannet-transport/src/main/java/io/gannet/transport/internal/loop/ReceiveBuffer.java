package io.gannet.transport.internal.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The buffer that connections of one loop are read into, one after the other. Whoever is given what
 * was read has copied what it needs, and released it, before the next read; if one keeps it all the
 * same, it has it for itself, and the others get a new one. So an idle connection holds no buffer,
 * a read allocates none, and it writes to memory that is still in the processor's cache.
 *
 * <p>Not for io_uring, where many reads are under way at a time.
 */
final class ReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator {

  /** As much as Netty would read at a time from a busy connection. */
  private static final int SIZE = 64 * 1024;

  /** One that lasts as long as its loop: the garbage collector frees it. */
  private static final ByteBufAllocator UNTRACKED = new UnpooledByteBufAllocator(true, true, false);

  private final ExtendedHandle handle = new SharedHandle();
  private ByteBuf buffer = UNTRACKED.directBuffer(SIZE, SIZE);

  /**
   * The same for all channels: the reads of one loop don't overlap, and each begins with a reset.
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
