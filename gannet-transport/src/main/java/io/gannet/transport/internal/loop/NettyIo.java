package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import io.gannet.transport.TransportException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/** The Netty classes behind each kind of {@link Io}. */
enum NettyIo {
  NIO(
      Io.NIO,
      NioSocketChannel.class,
      NioServerSocketChannel.class,
      NioDomainSocketChannel.class,
      NioServerDomainSocketChannel.class,
      NioDatagramChannel.class) {
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
            "NIO can't use abstract names of Unix sockets, such as %s: use a path, or Io.EPOLL"
                .formatted(name));
      }
      return UnixDomainSocketAddress.of(name);
    }
  },

  EPOLL(
      Io.EPOLL,
      EpollSocketChannel.class,
      EpollServerSocketChannel.class,
      EpollDomainSocketChannel.class,
      EpollServerDomainSocketChannel.class,
      EpollDatagramChannel.class) {
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
  },

  KQUEUE(
      Io.KQUEUE,
      KQueueSocketChannel.class,
      KQueueServerSocketChannel.class,
      KQueueDomainSocketChannel.class,
      KQueueServerDomainSocketChannel.class,
      KQueueDatagramChannel.class) {
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
    IoHandlerFactory handlers() {
      return KQueueIoHandler.newFactory();
    }

    @Override
    Map<ChannelOption<?>, Object> keepAlivePeriod(int seconds) {
      return Map.of(); // Netty's kqueue transport has no option for it
    }
  },

  IO_URING(
      Io.IO_URING,
      IoUringSocketChannel.class,
      IoUringServerSocketChannel.class,
      IoUringDomainSocketChannel.class,
      IoUringServerDomainSocketChannel.class,
      IoUringDatagramChannel.class) {
    // Its sockets hold the buffer for as long as they wait, and so can't share one.
    @Override
    Map<ChannelOption<?>, Object> datagramReads() {
      return Map.of(
          ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DatagramBuffers.SLOT));
    }

    // Its channels throw away what a peer sent just before it closed, Netty 4.2.18.
    @Override
    SocketAddress unixAddress(String name) {
      throw new TransportException(
          "the Unix socket %s can't be used with io_uring, which may lose the last messages of a peer: use Io.AUTO, Io.EPOLL or Io.NIO"
              .formatted(name));
    }

    @Override
    @Nullable Throwable unavailability() {
      return IoUring.unavailabilityCause();
    }

    @Override
    DatagramChannel datagramSocket(@Nullable SocketProtocolFamily family) {
      return new IoUringDatagramChannel(family);
    }

    @Override
    Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4) {
      return MulticastTtl.LINUX.of(hops, ipv4);
    }

    @Override
    IoHandlerFactory handlers() {
      return IoUringHalfClosure.around(IoUringIoHandler.newFactory());
    }

    @Override
    Map<ChannelOption<?>, Object> keepAlivePeriod(int seconds) {
      return Map.of(
          IoUringChannelOption.TCP_KEEPIDLE, seconds, IoUringChannelOption.TCP_KEEPINTVL, seconds);
    }
  };

  private final Io io;
  private final Class<? extends Channel> tcpConnection;
  private final Class<? extends ServerChannel> tcpListener;
  private final Class<? extends Channel> unixConnection;
  private final Class<? extends ServerChannel> unixListener;
  private final Class<? extends DatagramChannel> datagrams;

  NettyIo(
      Io io,
      Class<? extends Channel> tcpConnection,
      Class<? extends ServerChannel> tcpListener,
      Class<? extends Channel> unixConnection,
      Class<? extends ServerChannel> unixListener,
      Class<? extends DatagramChannel> datagrams) {
    this.io = io;
    this.tcpConnection = tcpConnection;
    this.tcpListener = tcpListener;
    this.unixConnection = unixConnection;
    this.unixListener = unixListener;
    this.datagrams = datagrams;
  }

  /** Finds what to use here. */
  static NettyIo of(Io io) {
    if (io == Io.AUTO) {
      return EPOLL.unavailability() == null
          ? EPOLL
          : KQUEUE.unavailability() == null ? KQUEUE : NIO;
    }
    NettyIo chosen = valueOf(io.name());
    Throwable cause = chosen.unavailability();
    if (cause != null) {
      throw new TransportException(
          "%s is not available on this machine (%s); use Io.AUTO".formatted(io, rootMessage(cause)),
          cause);
    }
    return chosen;
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  Io io() {
    return io;
  }

  Class<? extends Channel> connection(SocketKind kind) {
    return switch (kind) {
      case TCP -> tcpConnection;
      case UNIX -> unixConnection;
      case UDP -> datagrams;
    };
  }

  Class<? extends ServerChannel> listener(SocketKind kind) {
    return switch (kind) {
      case TCP -> tcpListener;
      case UNIX -> unixListener;
      case UDP -> throw new IllegalArgumentException("UDP has no connections to accept");
    };
  }

  abstract @Nullable Throwable unavailability();

  abstract IoHandlerFactory handlers();

  abstract Map<ChannelOption<?>, Object> keepAlivePeriod(int seconds);

  /** Makes a socket of UDP, for both versions of IP unless a family is given. */
  abstract DatagramChannel datagramSocket(@Nullable SocketProtocolFamily family);

  /** How datagrams are received: whole, and several at a time where that can be. */
  Map<ChannelOption<?>, Object> datagramReads() {
    return Map.of(ChannelOption.RECVBUF_ALLOCATOR, DatagramBuffers.single());
  }

  /** Through how many routers datagrams to groups go. */
  abstract Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4);

  ChannelOption<Boolean> reusePort() {
    return UnixChannelOption.SO_REUSEPORT;
  }

  SocketAddress unixAddress(String name) {
    return new DomainSocketAddress(UnixNames.isAbstract(name) ? '\0' + name.substring(1) : name);
  }
}
