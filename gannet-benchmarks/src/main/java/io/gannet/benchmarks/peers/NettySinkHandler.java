package io.gannet.benchmarks.peers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/** Counts messages. */
final class NettySinkHandler extends SimpleChannelInboundHandler<ByteBuf> {

  private long count;

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
    if (message.readableBytes() == Work.COUNT_BYTES) {
      ctx.write(ctx.alloc().buffer(Work.COUNT_BYTES).writeLong(count));
    } else {
      count++;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
