package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.WireProvider;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;

/** HTTP/2 on the server's side, known in advance or by ALPN. */
final class Http2Layer implements Layer {

  private final WireProvider.Endpoint server;

  Http2Layer(WireProvider.Endpoint server) {
    this.server = server;
  }

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    pipeline.addLast(new Start(server, connection));
  }

  /**
   * Waits until the layers before have completed their handshakes, because HTTP/2 sends its
   * settings as soon as its handler is added.
   */
  private static final class Start extends ChannelInboundHandlerAdapter {

    private final WireProvider.Endpoint server;
    private final ConnectionContext connection;

    Start(WireProvider.Endpoint server, ConnectionContext connection) {
      this.server = server;
      this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      GrpcConnection http2 = new GrpcConnectionBuilder(server).build();
      connection.framing(http2);
      connection.onEnd(http2.goodbye()::farewell);
      context.pipeline().addAfter(context.name(), null, http2);
      context.pipeline().remove(this);
    }
  }
}
