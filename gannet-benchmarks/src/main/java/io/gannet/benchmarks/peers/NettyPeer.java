package io.gannet.benchmarks.peers;

import io.gannet.transport.Io;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;

/**
 * Plain Netty. The pipeline is that of Netty's own documentation: the Javadoc of
 * LengthFieldBasedFrameDecoder and LengthFieldPrepender for the framing, the echo example of its
 * repository (write in channelRead, flush in channelReadComplete) for the answer. With WebSocket,
 * it is the pipeline of WebSocketServerProtocolHandler's Javadoc with the same answer. With TLS, an
 * SslHandler is added in front.
 */
final class NettyPeer implements Peer {

  private static final int MAX_REQUEST = 64 * 1024;

  private final Protocol wire;
  private final Io io;
  private final NettyStyle style;
  private final ChannelGroup all = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private VirtualThreads handOver;
  private SslContext tls;

  NettyPeer(Io io, NettyStyle style) {
    this(Protocol.PLAIN, io, style);
  }

  NettyPeer(Protocol wire, Io io, NettyStyle style) {
    this.wire = wire;
    this.io = io;
    this.style = style;
  }

  @Override
  public int start(Work work) throws Exception {
    if (wire == Protocol.TLS) {
      Certificate shown = Certificate.make();
      tls =
          SslContextBuilder.forServer(shown.key(), shown.certificate())
              .sslProvider(SslProvider.JDK)
              .build();
    }
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, loops());
    handOver = handOver(style, group.next());
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(channelType())
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    initialize(channel.pipeline(), work);
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private void initialize(ChannelPipeline pipeline, Work work) {
    if (style.isFused()) {
      pipeline.addLast(work == Work.SINK ? new FusedSinkHandler() : fusedEcho());
      return;
    }
    if (wire == Protocol.WEBSOCKET) {
      pipeline.addLast(
          new HttpServerCodec(),
          new HttpObjectAggregator(MAX_REQUEST),
          new WebSocketServerProtocolHandler("/"),
          new NettyEchoHandler(false));
      return;
    }
    if (wire == Protocol.TLS) {
      pipeline.addLast(tls.newHandler(pipeline.channel().alloc()));
    }
    pipeline
        .addLast(new LengthFieldBasedFrameDecoder(Work.MAX_PAYLOAD, 0, 4, 0, 4))
        .addLast(new LengthFieldPrepender(4));
    switch (work) {
      case ECHO -> pipeline.addLast(new NettyEchoHandler(style == NettyStyle.NAIVE));
      case SINK -> pipeline.addLast(new NettySinkHandler());
      case POUR -> pipeline.addLast(new NettyPourHandler());
      case FANOUT -> {
        all.add(pipeline.channel());
        pipeline.addLast(new NettyFanoutHandler(all, style == NettyStyle.NAIVE));
      }
      case CALL, STREAM -> throw new IllegalArgumentException("not written");
    }
  }

  private FusedHandler fusedEcho() {
    return handOver == null ? new FusedEchoHandler() : new FusedVirtualHandler(handOver);
  }

  private static VirtualThreads handOver(NettyStyle style, EventLoop loop) {
    return switch (style) {
      case VIRTUAL_EACH -> new VirtualThreads(VirtualThreads.Kind.EACH, loop);
      case VIRTUAL_BATCH -> new VirtualThreads(VirtualThreads.Kind.BATCH, loop);
      case VIRTUAL_BATCH_AND_FLUSH -> new VirtualThreads(VirtualThreads.Kind.BATCH_AND_FLUSH, loop);
      default -> null;
    };
  }

  private IoHandlerFactory loops() {
    return switch (io) {
      case NIO -> NioIoHandler.newFactory();
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
      default -> throw new IllegalArgumentException("not measured on " + io);
    };
  }

  private Class<? extends ServerChannel> channelType() {
    return switch (io) {
      case NIO -> NioServerSocketChannel.class;
      case EPOLL -> EpollServerSocketChannel.class;
      case IO_URING -> IoUringServerSocketChannel.class;
      default -> throw new IllegalArgumentException("not measured on " + io);
    };
  }
}
