package io.gannet.transport.internal.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;

/**
 * The buffers for received datagrams. The system silently truncates a datagram that exceeds its
 * buffer, so each buffer has room for the largest. Because that is much memory, all sockets of a
 * thread share one block, which is free again after the data of one read has been decoded. If it
 * isn't free, the next read allocates a separate buffer.
 *
 * <p>Only for transports that receive and deliver immediately.
 */
final class DatagramBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

  /** The size of the largest datagram. */
  static final int SLOT = 64 * 1024;

  /** The maximum number of datagrams per system call, or per read. */
  static final int SLOTS = 16;

  private static final int MESSAGES_PER_READ = 64;

  private static final class Block {

    /** Neither pooled nor tracked for leaks, because it lives as long as the thread. */
    final ByteBuf bytes = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(SLOTS * SLOT));

    int used;
  }

  private static final FastThreadLocal<Block> BLOCK =
      new FastThreadLocal<>() {
        @Override
        protected Block initialValue() {
          return new Block();
        }
      };

  private final int size;

  /**
   * Creates the buffers.
   *
   * @param slots the number of datagrams that fit into the result of {@code allocate}
   * @param messagesPerRead the number of datagrams that are read before other channels run
   */
  private DatagramBuffers(int slots, int messagesPerRead) {
    super(messagesPerRead);
    this.size = slots * SLOT;
  }

  /** For transports that receive one datagram per system call. */
  static DatagramBuffers single() {
    return new DatagramBuffers(1, SLOTS);
  }

  /** For transports that receive several datagrams per system call. */
  static DatagramBuffers batch() {
    return new DatagramBuffers(SLOTS, MESSAGES_PER_READ);
  }

  @SuppressWarnings("deprecation") // Netty has no other way to set it
  @Override
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return size;
      }

      @Override
      public ByteBuf allocate(ByteBufAllocator allocator) {
        Block block = BLOCK.get();
        if (block.bytes.refCnt() == 1) {
          block.used = 0;
        }
        int offset = block.used;
        if (offset + size > SLOTS * SLOT) {
          return allocator.directBuffer(size, size);
        }
        block.used += size;
        return block.bytes.retainedSlice(offset, size).clear();
      }
    };
  }
}
