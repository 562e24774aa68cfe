package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import io.gannet.transport.PeerCredentials;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Linux epoll. */
final class EpollIo extends NettyIo {

  EpollIo() {
    super(
        Io.EPOLL,
        EpollSocketChannel.class,
        EpollServerSocketChannel.class,
        EpollDomainSocketChannel.class,
        EpollServerDomainSocketChannel.class,
        EpollDatagramChannel.class);
  }

  @Override
  @Nullable Throwable unavailability() {
    return Epoll.unavailabilityCause();
  }

  @Override
  DatagramChannel datagramSocket(@Nullable SocketProtocolFamily family) {
    return new EpollDatagramChannel(family);
  }

  @Override
  Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4) {
    return MulticastTtl.LINUX.of(hops, ipv4);
  }

  @Override
  boolean isReset(Channel connection) {
    return connection instanceof EpollSocketChannel tcp && TcpState.isReset(tcp);
  }

  @Override
  boolean unixEndsInHalves() {
    return true;
  }

  @Override
  PeerCredentials peerCredentials(Channel connection) throws IOException {
    return numbers(((EpollDomainSocketChannel) connection).peerCredentials());
  }

  @Override
  IoHandlerFactory handlers() {
    return EpollHalfClosure.around(EpollIoHandler.newFactory());
  }

  @Override
  Map<ChannelOption<?>, Object> datagramReads() {
    return Map.of(
        ChannelOption.RECVBUF_ALLOCATOR,
        DatagramBuffers.batch(),
        EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE,
        DatagramBuffers.SLOT);
  }

  @Override
  Map<ChannelOption<?>, Object> keepAlivePeriod(int seconds) {
    return Map.of(
        EpollChannelOption.TCP_KEEPIDLE, seconds, EpollChannelOption.TCP_KEEPINTVL, seconds);
  }

  @Override
  Map<ChannelOption<?>, Object> userTimeout(int millis) {
    return Map.of(EpollChannelOption.TCP_USER_TIMEOUT, millis);
  }

  @Override
  Map<ChannelOption<?>, Object> device(String name) {
    return Devices.option(name);
  }
}
