package io.gannet.transport.internal.netty;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/**
 * Allocates on the heap, even if handlers request direct buffers for a socket: there is no socket
 * here, and a handler that forgets to release then can't leak memory.
 *
 * <p>Not pooled, because a pool reuses buffer objects, so that it would be unknown whether a
 * decoder still has its earlier buffer.
 */
final class HeapAllocator extends AbstractByteBufAllocator {

  static final HeapAllocator INSTANCE = new HeapAllocator();

  private HeapAllocator() {
    super(false);
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    // For handlers that explicitly request direct memory, such as those that call native code.
    return UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public ByteBuf ioBuffer() {
    return heapBuffer();
  }

  @Override
  public ByteBuf ioBuffer(int initialCapacity) {
    return heapBuffer(initialCapacity);
  }

  @Override
  public ByteBuf ioBuffer(int initialCapacity, int maxCapacity) {
    return heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }
}
