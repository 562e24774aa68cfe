package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import io.gannet.transport.PeerCredentials;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** macOS and BSD kqueue. */
final class KQueueIo extends NettyIo {

  KQueueIo() {
    super(
        Io.KQUEUE,
        KQueueSocketChannel.class,
        KQueueServerSocketChannel.class,
        KQueueDomainSocketChannel.class,
        KQueueServerDomainSocketChannel.class,
        KQueueDatagramChannel.class);
  }

  @Override
  @Nullable Throwable unavailability() {
    return KQueue.unavailabilityCause();
  }

  @Override
  DatagramChannel datagramSocket(@Nullable SocketProtocolFamily family) {
    return new KQueueDatagramChannel(family);
  }

  @Override
  Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4) {
    return MulticastTtl.MACOS.of(hops, ipv4);
  }

  @Override
  PeerCredentials peerCredentials(Channel connection) throws IOException {
    return numbers(((KQueueDomainSocketChannel) connection).peerCredentials());
  }

  @Override
  IoHandlerFactory handlers() {
    return KQueueIoHandler.newFactory();
  }

  @Override
  Map<ChannelOption<?>, Object> keepAlivePeriod(int seconds) {
    return Map.of(); // Netty's kqueue transport has no option for it
  }
}
