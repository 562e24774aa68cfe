package io.gannet.transport.internal.session;

import io.gannet.transport.TlsInfo;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the protocol of each connection of a server that offers several on one port: by what TLS
 * has negotiated, otherwise by the client's first bytes. A connection of an unknown protocol is
 * closed. The time for this is part of the handshake timeout.
 */
public final class ProtocolChoice<M> implements Layer {

  /** The number of bytes that tell the protocols apart. */
  public static final int FIRST_BYTES = 5;

  private final List<Protocol<M>> protocols;

  /**
   * Creates the layer of one server. It is the one next to the session.
   *
   * @param protocols the protocols; the first one that begins like a connection is chosen
   */
  public ProtocolChoice(List<Protocol<M>> protocols) {
    this.protocols = List.copyOf(protocols);
  }

  /** {@return the names of the protocols in TLS, by preference} */
  public List<String> applicationProtocols() {
    return protocols.stream()
        .map(Protocol::applicationProtocol)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    pipeline.addLast(new Detector(connection));
  }

  private @Nullable Protocol<M> negotiated(@Nullable TlsInfo tls) {
    String name = tls == null ? null : tls.applicationProtocol();
    return name == null || name.isEmpty()
        ? null
        : protocols.stream()
            .filter(protocol -> protocol.applicationProtocol().equals(name))
            .findFirst()
            .orElse(null);
  }

  private @Nullable Protocol<M> beginningWith(byte[] first) {
    return protocols.stream()
        .filter(protocol -> protocol.begins().test(first))
        .findFirst()
        .orElse(null);
  }

  /** Waits for the first bytes, and gives way to the layer of the chosen protocol. */
  private final class Detector extends ChannelInboundHandlerAdapter {

    private final ConnectionContext connection;
    private @Nullable ByteBuf received;
    private boolean failed;

    Detector(ConnectionContext connection) {
      this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      Protocol<M> chosen = negotiated(connection.info().tls());
      if (chosen != null) {
        proceed(context, chosen);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (failed) {
        bytes.release();
        return;
      }
      ByteBuf all =
          received == null
              ? bytes
              : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), received, bytes);
      received = all;
      if (all.readableBytes() < FIRST_BYTES) {
        return;
      }
      byte[] first = ByteBufUtil.getBytes(all, all.readerIndex(), FIRST_BYTES);
      Protocol<M> chosen = beginningWith(first);
      if (chosen != null) {
        proceed(context, chosen);
      } else {
        failed = true;
        release();
        context.fireExceptionCaught(
            new HandshakeException(
                false,
                "the connection begins with the bytes %s, which is none of the protocols of this server (%s)"
                    .formatted(
                        ByteBufUtil.hexDump(first),
                        protocols.stream().map(Protocol::name).collect(Collectors.joining(", "))),
                null));
      }
    }

    private void proceed(ChannelHandlerContext context, Protocol<M> chosen) {
      connection.protocol(chosen);
      ChannelPipeline pipeline = context.pipeline();
      Layer layer = chosen.layer();
      if (layer != null) {
        ChannelHandler handshakes = pipeline.removeLast(); // stays behind all layers
        layer.addTo(pipeline, connection);
        pipeline.addLast(handshakes);
      }
      context.fireChannelActive();
      ByteBuf bytes = received;
      if (bytes != null && !context.isRemoved()) {
        received = null;
        context.fireChannelRead(bytes);
      }
      if (!context.isRemoved()) {
        pipeline.remove(this);
      }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      release();
    }

    private void release() {
      if (received != null) {
        received.release();
        received = null;
      }
    }
  }
}
