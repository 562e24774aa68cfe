package io.gannet.transport.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/** Counts what passes the socket of a connection whose layers change it. Stands next to the socket. */
final class WireCounter extends ChannelDuplexHandler {

  // Written by the loop; others may see them late.
  private long bytesIn;
  private long bytesOut;

  long bytesIn() {
    return bytesIn;
  }

  /** {@return what has been given to the socket, taken by the operating system or not} */
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
