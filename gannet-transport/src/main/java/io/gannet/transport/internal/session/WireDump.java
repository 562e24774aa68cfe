package io.gannet.transport.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs every byte of a connection. */
final class WireDump extends ChannelDuplexHandler {

  private static final Logger LOG = LoggerFactory.getLogger("io.gannet.transport.wire");

  private final NettySession<?> session;

  WireDump(NettySession<?> session) {
    this.session = session;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    log("received", message);
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    log("sent", message);
    context.write(message, promise);
  }

  private void log(String what, Object message) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    Object content = message instanceof ByteBufHolder holder ? holder.content() : message;
    if (content instanceof ByteBuf bytes) {
      LOG.info(
          "{} {} {} bytes\n{}",
          session,
          what,
          bytes.readableBytes(),
          ByteBufUtil.prettyHexDump(bytes));
    }
  }
}
