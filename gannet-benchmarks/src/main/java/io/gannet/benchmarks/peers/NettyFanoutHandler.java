package io.gannet.benchmarks.peers;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;

/** Sends each message to all channels, as ChannelGroup's Javadoc shows. */
final class NettyFanoutHandler extends ChannelInboundHandlerAdapter {

  private final ChannelGroup all;
  private final boolean flushEach;

  NettyFanoutHandler(ChannelGroup all, boolean flushEach) {
    this.all = all;
    this.flushEach = flushEach;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (flushEach) {
      all.writeAndFlush(message);
    } else {
      all.write(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!flushEach) {
      all.flush();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
