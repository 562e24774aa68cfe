package io.gannet.transport.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;

/** Shows what a {@link ByteToMessageDecoder} has collected and not decoded yet. */
final class Cumulation implements ByteToMessageDecoder.Cumulator {

  /** May have been released by the decoder. */
  private ByteBuf collected = Unpooled.EMPTY_BUFFER;

  @Override
  public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf before, ByteBuf in) {
    collected = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, in);
    return collected;
  }

  int bytes() {
    return collected.refCnt() > 0 ? collected.readableBytes() : 0;
  }

  /**
   * Frees the room of what has been decoded. Netty moves what is left to the front, but never makes a
   * buffer smaller: a byte of the next message would hold the room of the largest read or message
   * before it for as long as the peer likes.
   */
  void trim() {
    ByteBuf held = collected;
    // Not if something else looks at the same bytes; and only what pays for being moved.
    if (held.refCnt() == 1 && held.unwrap() == null && held.isReadable()) {
      int length = held.readableBytes();
      if (held.readerIndex() > length || held.capacity() > 4 * length + 1024) {
        held.discardReadBytes();
        held.capacity(length);
      }
    }
  }
}
