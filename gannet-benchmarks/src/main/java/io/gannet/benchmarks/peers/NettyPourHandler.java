package io.gannet.benchmarks.peers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends from its own threads while the channel is writable. Channel.isWritable and
 * channelWritabilityChanged are Netty's means to slow a producer down.
 */
final class NettyPourHandler extends SimpleChannelInboundHandler<ByteBuf> {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
    byte[] order = new byte[message.readableBytes()];
    message.readBytes(order);
    Channel channel = ctx.channel();
    Pour.start(order, payload -> send(channel, payload));
  }

  private boolean send(Channel channel, byte[] payload) throws InterruptedException {
    if (!channel.isWritable() && !awaitWritable(channel)) {
      return false;
    }
    channel.writeAndFlush(Unpooled.wrappedBuffer(payload), channel.voidPromise());
    return true;
  }

  private boolean awaitWritable(Channel channel) throws InterruptedException {
    lock.lock();
    try {
      while (channel.isActive() && !channel.isWritable()) {
        changed.await();
      }
      return channel.isActive();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    wake();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    wake();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
