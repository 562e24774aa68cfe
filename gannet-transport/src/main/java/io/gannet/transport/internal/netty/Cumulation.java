package io.gannet.transport.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;

/** Gives access to the bytes that a {@link ByteToMessageDecoder} has collected but not decoded. */
final class Cumulation implements ByteToMessageDecoder.Cumulator {

  /** The decoder may have released it. */
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
   * Frees the memory of decoded bytes. Netty moves the remaining bytes to the front but never
   * shrinks a buffer. Otherwise one byte of the next message would keep the memory of the largest
   * earlier read or message as long as the peer wants.
   */
  void trim() {
    ByteBuf held = collected;
    // Not while other references to the same bytes exist, and only if moving the bytes is
    // worthwhile.
    if (held.refCnt() == 1 && held.unwrap() == null && held.isReadable()) {
      int length = held.readableBytes();
      if (held.readerIndex() > length || held.capacity() > 4 * length + 1024) {
        held.discardReadBytes();
        held.capacity(length);
      }
    }
  }
}
