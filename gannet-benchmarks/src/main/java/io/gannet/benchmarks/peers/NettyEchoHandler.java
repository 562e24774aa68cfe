package io.gannet.benchmarks.peers;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Sends each message back. */
final class NettyEchoHandler extends ChannelInboundHandlerAdapter {

  private final boolean flushEach;

  NettyEchoHandler(boolean flushEach) {
    this.flushEach = flushEach;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (flushEach) {
      ctx.writeAndFlush(message);
    } else {
      ctx.write(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!flushEach) {
      ctx.flush();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
