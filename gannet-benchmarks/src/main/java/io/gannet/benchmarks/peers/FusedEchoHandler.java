package io.gannet.benchmarks.peers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Sends each message back. */
final class FusedEchoHandler extends FusedHandler {

  @Override
  void handle(ChannelHandlerContext ctx, ByteBuf in, int index, int length) {
    answers(ctx, in.readableBytes()).writeInt(length).writeBytes(in, index, length);
  }
}
