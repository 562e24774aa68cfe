package io.gannet.transport.internal;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.EncodeException;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.udp.DatagramSockets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A UDP port that accepts datagrams from all addresses.
 *
 * @param datagrams the sockets
 */
record UdpListener(DatagramSockets datagrams) implements Listener {

  @Override
  public InetSocketAddress address() {
    return datagrams.address();
  }

  /**
   * Sends a message to an address with or without a session.
   *
   * @return completes when the operating system has accepted the datagram
   */
  <M> CompletionStage<Void> send(InetSocketAddress to, M message, NettyServer<M> server) {
    if (to.isUnresolved()) {
      throw new IllegalArgumentException("the name %s is unknown".formatted(to.getHostString()));
    }
    SessionSettings<M> settings = server.settings;
    CodecContext context =
        CodecContext.of(settings.maxMessageSize(), ConnectionInfo.nothing().withKeepsMessages());
    Codec<M> codec = settings.codecs().get();
    ByteBuf content = ByteBufAllocator.DEFAULT.directBuffer();
    ByteBufWriter writer = new ByteBufWriter();
    boolean encoded = false;
    try {
      writer.open(content, settings.maxMessageSize());
      try {
        codec.encode(context, message, writer);
      } finally {
        codec.release(context);
      }
      writer.close();
      if (!content.isReadable()) {
        throw new EncodeException("an empty message can't be sent on this transport");
      }
      encoded = true;
    } finally {
      if (!encoded) {
        content.release();
      }
    }
    return datagrams.send(to, content, settings.sending().high());
  }

  @Override
  public List<? extends Channel> sockets() {
    return datagrams.sockets();
  }

  @Override
  public List<? extends Future<?>> stop() {
    return datagrams.stop();
  }

  @Override
  public List<? extends Future<?>> closing() {
    return datagrams.closing();
  }
}
