package io.gannet.grpc.internal;

import io.gannet.transport.TlsInfo;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.util.function.Function;

/**
 * HTTP/2, known in advance or by ALPN.
 *
 * @param builders creates the builder of a connection; its argument says whether it is encrypted
 * @param negotiates whether an encrypted connection must have negotiated the protocol
 */
record Http2Layer(Function<Boolean, GrpcConnectionBuilder> builders, boolean negotiates)
    implements Layer {

  /** The name of the protocol in TLS. */
  static final String PROTOCOL = "h2";

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    pipeline.addLast(new Start(connection));
  }

  /**
   * Waits until the layers before have completed their handshakes, because HTTP/2 sends its
   * settings as soon as its handler is added.
   */
  private final class Start extends ChannelInboundHandlerAdapter {

    private final ConnectionContext connection;

    Start(ConnectionContext connection) {
      this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      TlsInfo tls = connection.info().tls();
      if (negotiates && tls != null && !PROTOCOL.equals(tls.applicationProtocol())) {
        context.fireExceptionCaught(
            new HandshakeException(
                false,
                "the server does not speak HTTP/2: it has not selected h2 in TLS (ALPN)",
                null));
        return;
      }
      GrpcConnection http2 = builders.apply(tls != null).build();
      connection.framing(http2);
      connection.onEnd(http2.gracefulClose()::farewell);
      context.pipeline().addAfter(context.name(), null, http2);
      context.pipeline().remove(this);
    }
  }
}
