package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.QueuePolicy;
import io.netty.buffer.ByteBufAllocator;

/** An outbound buffer without a session or a socket. */
@SuppressWarnings("serial") // see SelfLock
final class BareOutboundBuffer extends OutboundBuffer<String> {

  private final CodecContext context = CodecContext.of(1 << 20, ConnectionInfo.nothing());
  private final ByteBufAllocator allocator;

  BareOutboundBuffer(Codec<String> codec, ByteBufAllocator allocator, int high, int low) {
    super(codec, new SendPolicy(QueuePolicy.BLOCK, high, low, 0), null);
    this.allocator = allocator;
  }

  @Override
  CodecContext context() {
    return context;
  }

  @Override
  ByteBufAllocator allocator() {
    return allocator;
  }
}
