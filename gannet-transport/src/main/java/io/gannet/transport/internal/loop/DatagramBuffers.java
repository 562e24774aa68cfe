package io.gannet.transport.internal.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;

/**
 * Where datagrams are received. A datagram that is larger than its buffer is cut off without a
 * word, so there is room for the largest; and because that is much, all sockets of a thread share
 * one block of memory, which is free again when what one read brought has been decoded. If it
 * isn't, the next read gets memory of its own.
 *
 * <p>Only for transports that receive and hand over at once.
 */
final class DatagramBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

  /** Room for the largest datagram. */
  static final int SLOT = 64 * 1024;

  /** How many datagrams one system call may bring, or one read. */
  static final int SLOTS = 16;

  private static final int MESSAGES_PER_READ = 64;

  private static final class Block {

    /** Neither pooled nor watched for leaks: it lives as long as the thread. */
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
   * Creates it.
   *
   * @param slots how many datagrams go into what {@code allocate} returns
   * @param messagesPerRead how many datagrams are read before others have their turn
   */
  private DatagramBuffers(int slots, int messagesPerRead) {
    super(messagesPerRead);
    this.size = slots * SLOT;
  }

  /** For transports that receive one datagram with each system call. */
  static DatagramBuffers single() {
    return new DatagramBuffers(1, SLOTS);
  }

  /** For transports that receive several. */
  static DatagramBuffers batch() {
    return new DatagramBuffers(SLOTS, MESSAGES_PER_READ);
  }

  @SuppressWarnings("deprecation") // Netty has no other way to give it to a channel
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
