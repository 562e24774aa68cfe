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
 * The Netty classes behind one kind of {@link Io}. Each kind has a class of its own, which alone
 * names Netty's: those of another platform may be missing from the class path.
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

  /** Finds what to use here. */
  static NettyIo of(Io io) {
    if (io != Io.AUTO) {
      return load(io);
    }
    for (Io best : new Io[] {Io.EPOLL, Io.KQUEUE}) {
      try {
        return load(best);
      } catch (TransportException e) {
        // The next one.
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

  /** How long what was sent may stay unacknowledged. */
  Map<ChannelOption<?>, Object> userTimeout(int millis) {
    throw linuxOnly("userTimeout (TCP_USER_TIMEOUT)");
  }

  /** The network interface that a socket is bound to. */
  Map<ChannelOption<?>, Object> device(String name) {
    throw linuxOnly("device (SO_BINDTODEVICE)");
  }

  private TransportException linuxOnly(String option) {
    return new TransportException(
        ("%s does not support the socket option %s: use Io.EPOLL or Io.IO_URING on Linux, or omit"
                + " the option")
            .formatted(io, option));
  }

  /** Makes a socket of UDP, for both versions of IP unless a family is given. */
  abstract DatagramChannel datagramSocket(@Nullable SocketProtocolFamily family);

  /** How datagrams are received: whole, and several at a time where that can be. */
  Map<ChannelOption<?>, Object> datagramReads() {
    return Map.of(ChannelOption.RECVBUF_ALLOCATOR, DatagramBuffers.single());
  }

  /** Through how many routers datagrams to groups go. */
  abstract Map<ChannelOption<?>, Object> multicastTtl(int hops, boolean ipv4);

  /** {@return whether a connection has been reset by its peer, as far as this I/O can tell} */
  boolean isReset(Channel connection) {
    return false;
  }

  /**
   * {@return whether a Unix socket tells the end of the peer's side from that of the connection}
   * Netty (4.2.18) closes the others at the first, whatever their options say.
   */
  boolean unixEndsInHalves() {
    return false;
  }

  /**
   * {@return who is at the other end of a Unix socket, or null if that isn't known here}
   *
   * @throws IOException if the operating system doesn't tell
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
   * {@return how many bytes the name of a Unix socket may have: the kernel's sun_path, less its
   * end} An abstract name has no end, but Netty asks for one: of 108 bytes it takes what happens to
   * have a zero behind it in memory.
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
