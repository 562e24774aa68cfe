package io.gannet.transport.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Counts the bytes on the socket of a connection whose layers change them. It is next to the
 * socket.
 */
final class WireCounter extends ChannelDuplexHandler {

  // Written by the loop; other threads may see old values.
  private long bytesIn;
  private long bytesOut;

  long bytesIn() {
    return bytesIn;
  }

  /**
   * {@return the bytes passed to the socket, whether the operating system has taken them or not}
   */
  long bytesOut() {
    return bytesOut;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      bytesIn += bytes.readableBytes();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      bytesOut += bytes.readableBytes();
    }
    context.write(message, promise);
  }
}
