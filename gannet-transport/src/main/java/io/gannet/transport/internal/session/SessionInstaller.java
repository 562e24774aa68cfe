package io.gannet.transport.internal.session;

import io.gannet.transport.internal.loop.NettyEventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;

/**
 * Creates a session for each established connection. If there are layers, it adds them to the
 * pipeline first, and a {@link HandshakeHandler} waits for their handshakes. Otherwise the
 * session's handler is the only one.
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
   * @param host the owner of the sessions
   * @param settings the settings that the sessions share
   * @param loops the event loops of the sessions
   * @param transport the transport of the sessions
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

  /** Creates the session, and replaces the handler of this context with it. */
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
      session = new NettySession<>(host, settings, setup, loops); // calls users' factories
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
