package io.gannet.transport.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;

/** The one handler of a session in its Netty pipeline. */
final class SessionHandler extends ChannelInboundHandlerAdapter {

  private final NettySession<?> session;

  SessionHandler(NettySession<?> session) {
    this.session = session;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    session.read((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {}

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      session.inputEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    session.connectionEnded();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException) {
      session.inputFailed(cause);
    } else {
      session.ioFailed(cause);
    }
  }
}
