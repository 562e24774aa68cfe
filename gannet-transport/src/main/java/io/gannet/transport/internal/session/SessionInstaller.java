package io.gannet.transport.internal.session;

import io.gannet.transport.internal.loop.NettyEventLoops;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Makes a session of each connection, once it stands. */
@Sharable
public final class SessionInstaller<M> extends ChannelInboundHandlerAdapter {

  private final SessionHost<M> host;
  private final SessionSettings<M> settings;
  private final NettyEventLoops loops;

  /**
   * Creates an installer for one host.
   *
   * @param host whom the sessions belong to
   * @param settings what they have in common
   * @param loops the threads that carry them
   */
  public SessionInstaller(SessionHost<M> host, SessionSettings<M> settings, NettyEventLoops loops) {
    this.host = host;
    this.settings = settings;
    this.loops = loops;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!host.admits(context.channel())) {
      context.close();
      return;
    }
    NettySessionSetup<M> setup = new NettySessionSetup<>(context.channel(), settings, loops);
    NettySession<M> session;
    try {
      if (settings.setup() != null) {
        settings.setup().accept(setup);
      }
      session = new NettySession<>(host, settings, setup, loops); // asks users' factories, too
    } catch (Throwable t) {
      host.setupFailed(context.channel(), t);
      context.close();
      return;
    }
    if (settings.wireDump()) {
      context.pipeline().addLast(new WireDump(session));
    }
    context.pipeline().addLast(new SessionHandler(session)).remove(this);
    session.open();
  }
}
