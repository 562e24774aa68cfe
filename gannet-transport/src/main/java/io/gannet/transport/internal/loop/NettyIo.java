package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import io.gannet.transport.PeerCredentials;
import io.gannet.transport.TransportException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Netty classes for one kind of {@link Io}. Only the subclass of each kind names Netty's
 * classes for it, because those of other platforms may be missing from the class path.
 */
abstract class NettyIo {

  private static final boolean IS_MAC = PlatformDependent.isOsx();

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

  /** Returns the implementation for a kind of I/O. */
  static NettyIo of(Io io) {
    if (io != Io.AUTO) {
      return load(io);
    }
    for (Io best : new Io[] {Io.EPOLL, Io.KQUEUE}) {
      try {
        return load(best);
      } catch (TransportException e) {
        // Try the next one.
      }
    }
    return load(Io.NIO);
  }

  private static NettyIo load(Io io) {
    Throwable cause;
    try {
      NettyIo chosen =
          switch (io) {
            case NIO, AUTO -> new NioIo();
            case EPOLL -> new EpollIo();
            case KQUEUE -> new KQueueIo();
            case IO_URING -> new IoUringIo();
          };
      cause = chosen.unavailability();
      if (cause == null) {
        return chosen;
      }
    } catch (LinkageError e) {
      cause = e;
    }
    throw new TransportException(
        "%s is not available on this machine (%s); use Io.AUTO".formatted(io, rootMessage(cause)),
        cause);
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
      case UDP -> throw new IllegalArgumentException("UDP does not accept connections");
    };
  }

  abstract @Nullable Throwable unavailability();

  abstract IoHandlerFactory handlers();

  abstract Map<ChannelOption<?>, Object> keepAlivePeriod(int seconds);

  /** Returns the option for how long sent data may stay unacknowledged. */
  Map<ChannelOption<?>, Object> userTimeout(int millis) {
    throw linuxOnly("userTimeout (TCP_USER_TIMEOUT)");
  }

  /** Returns the option for the network interface of a socket. */
  Map<ChannelOption<?>, Object> device(String name) {
    throw linuxOnly("device (SO_BINDTODEVICE)");
  }

  private TransportException linuxOnly(String option) {
    return new TransportException(
        ("%s does not support the socket option %s: use Io.EPOLL or Io.IO_URING on Linux, or omit"
                + " the option")
            .formatted(io, option));
  }

  /** Creates a UDP socket for both versions of IP, unless a family is given. */
  abstract DatagramChannel datagramSocket(@Nullable SocketProtocolFamily family);

  /** Returns the options for receiving datagrams: whole, and several at a time if possible. */
  Map<ChannelOption<?>, Object> datagramReads() {
    return Map.of(ChannelOption.RECVBUF_ALLOCATOR, DatagramBuffers.single());
  }

  /** Returns the options for the number of routers that datagrams to groups may pass. */
  abstract Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4);

  /** {@return whether a connection has been reset by its peer, as far as this I/O can tell} */
  boolean isReset(Channel connection) {
    return false;
  }

  /**
   * {@return whether a Unix socket distinguishes the end of the peer's side from that of the
   * connection} Netty (4.2.18) closes other Unix sockets at the first, whatever their options are.
   */
  boolean unixEndsInHalves() {
    return false;
  }

  /**
   * {@return the credentials of the peer of a Unix socket, or null if they aren't supported here}
   *
   * @throws IOException if the operating system doesn't provide them
   */
  abstract @Nullable PeerCredentials peerCredentials(Channel connection) throws IOException;

  static PeerCredentials numbers(io.netty.channel.unix.PeerCredentials found) {
    int[] groups = found.gids();
    return new PeerCredentials(
        found.pid() > 0 ? found.pid() : -1,
        found.uid(),
        groups.length > 0 ? groups[0] : -1,
        null,
        null);
  }

  ChannelOption<Boolean> reusePort() {
    return UnixChannelOption.SO_REUSEPORT;
  }

  /**
   * {@return the maximum number of bytes of a Unix socket's name: the kernel's sun_path, without
   * its terminator} An abstract name has no terminator, but Netty needs one: for 108 bytes it
   * includes the following bytes in memory up to a zero.
   */
  int longestUnixName() {
    return IS_MAC ? 103 : 107;
  }

  void checkLength(String name) {
    int length = UnixNames.length(name);
    int longest = longestUnixName();
    if (length > longest) {
      throw new TransportException(
          ("the name of a Unix socket may have %d bytes at most with %s, and %s has %d: choose a"
                  + " shorter one")
              .formatted(longest, io, name, length));
    }
  }

  SocketAddress unixAddress(String name) {
    checkLength(name);
    return new DomainSocketAddress(UnixNames.isAbstract(name) ? '\0' + name.substring(1) : name);
  }
}
