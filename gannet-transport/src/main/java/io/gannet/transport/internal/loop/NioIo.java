package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import io.gannet.transport.PeerCredentials;
import io.gannet.transport.TransportException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/** The JDK's selectors. */
final class NioIo extends NettyIo {

  NioIo() {
    super(
        Io.NIO,
        NioSocketChannel.class,
        NioServerSocketChannel.class,
        NioDomainSocketChannel.class,
        NioServerDomainSocketChannel.class,
        NioDatagramChannel.class);
  }

  @Override
  @Nullable Throwable unavailability() {
    return null;
  }

  @Override
  DatagramChannel datagramSocket(@Nullable SocketProtocolFamily family) {
    return new NioDatagramChannel(family);
  }

  @Override
  Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4) {
    return Map.of(ChannelOption.IP_MULTICAST_TTL, hops);
  }

  @Override
  @Nullable PeerCredentials peerCredentials(Channel connection) {
    UnixDomainPrincipal found =
        connection.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    return found == null
        ? null
        : new PeerCredentials(-1, -1, -1, found.user().getName(), found.group().getName());
  }

  @Override
  IoHandlerFactory handlers() {
    return NioIoHandler.newFactory();
  }

  @Override
  Map<ChannelOption<?>, Object> keepAlivePeriod(int seconds) {
    return Map.of(
        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), seconds,
        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), seconds);
  }

  @Override
  ChannelOption<Boolean> reusePort() {
    return NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
  }

  @Override
  SocketAddress unixAddress(String name) {
    if (UnixNames.isAbstract(name)) {
      throw new TransportException(
          "NIO doesn't support abstract names of Unix sockets, such as %s: use a path, or Io.EPOLL"
              .formatted(name));
    }
    checkLength(name);
    return UnixDomainSocketAddress.of(name);
  }

  // The JDK reserves one more byte.
  @Override
  int longestUnixName() {
    return super.longestUnixName() - 1;
  }
}
