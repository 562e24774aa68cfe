package io.gannet.benchmarks.peers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Counts messages. */
final class FusedSinkHandler extends FusedHandler {

  private long count;

  @Override
  void handle(ChannelHandlerContext ctx, ByteBuf in, int index, int length) {
    if (length == Work.COUNT_BYTES) {
      answers(ctx, Integer.BYTES + length).writeInt(length).writeLong(count);
    } else {
      count++;
    }
  }
}
