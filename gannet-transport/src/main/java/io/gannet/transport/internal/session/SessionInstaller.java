package io.gannet.transport.internal.session;

import io.gannet.transport.internal.loop.NettyEventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;

/**
 * Makes a session of each connection, once it stands. Where there are layers, it puts them into the
 * pipeline first and leaves the waiting to {@link HandshakeHandler}; where there are none, the session's
 * handler will be the only one.
 */
@Sharable
public final class SessionInstaller<M> extends ChannelInboundHandlerAdapter {

  private final SessionHost<M> host;
  private final SessionSettings<M> settings;
  private final NettyEventLoops loops;
  private final Transport transport;

  /**
   * Creates an installer for one host.
   *
   * @param host whom the sessions belong to
   * @param settings what they have in common
   * @param loops the threads that carry them
   * @param transport what carries their bytes
   */
  public SessionInstaller(
      SessionHost<M> host,
      SessionSettings<M> settings,
      NettyEventLoops loops,
      Transport transport) {
    this.host = host;
    this.settings = settings;
    this.loops = loops;
    this.transport = transport;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (transport.layers().isEmpty()) {
      Channel channel = context.channel();
      loops.context(channel.eventLoop()).shareReceiveBuffer(channel);
      install(context);
      return;
    }
    Channel channel = context.channel();
    ChannelPipeline pipeline = context.pipeline();
    HandshakeHandler handshakes = new HandshakeHandler(this, host, settings);
    try {
      ConnectionContext connection = ConnectionContext.create(channel);
      if (transport.layers().stream().anyMatch(Layer::changesBytes)) {
        WireCounter counter = new WireCounter();
        pipeline.addLast(counter);
        connection.count(counter);
      }
      for (Layer layer : transport.layers()) {
        layer.addTo(pipeline, connection);
      }
      pipeline.addLast(handshakes);
    } catch (HandshakeException e) {
      host.establishFailed(channel, e);
      context.close();
      return;
    } catch (Throwable t) {
      host.setupFailed(channel, t);
      context.close();
      return;
    }
    handshakes.begin(channel);
    context.fireChannelActive();
    if (channel.isRegistered()) {
      pipeline.remove(this);
    }
  }

  /** Makes the session, in the place of the handler whose context this is. */
  void install(ChannelHandlerContext context) {
    NettySession<M> session;
    try {
      if (!host.admits(context.channel())) {
        context.close();
        return;
      }
      NettySessionSetup<M> setup =
          new NettySessionSetup<>(context.channel(), settings, loops, transport.kind());
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
      WireDump dump = new WireDump(session);
      Framing framing = ConnectionContext.of(context.channel()).framing();
      if (framing.isPlain()) {
        context.pipeline().addLast(dump);
      } else {
        framing.tap(dump);
      }
    }
    context.pipeline().addLast(session.handler()).remove(context.handler());
    session.open();
  }
}
