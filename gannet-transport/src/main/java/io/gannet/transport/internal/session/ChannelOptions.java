package io.gannet.transport.internal.session;

import io.gannet.transport.Io;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Converts {@link SocketOptions} to Netty's options. */
public final class ChannelOptions {

  private ChannelOptions() {}

  /**
   * {@return the options of a connection, without those that it inherits when it is accepted}
   *
   * @param kind the kind of its socket
   * @param options the user's options
   * @param loops the event loops of the connection
   */
  public static Map<ChannelOption<?>, Object> ofConnection(
      SocketKind kind, SocketOptions options, NettyEventLoops loops) {
    Map<ChannelOption<?>, Object> result = new LinkedHashMap<>();
    if (kind == SocketKind.TCP) {
      result.put(ChannelOption.TCP_NODELAY, !options.nagle());
      result.put(ChannelOption.SO_KEEPALIVE, options.keepAlive());
      if (options.keepAlive() && options.keepAlivePeriod() != null) {
        result.putAll(loops.keepAlivePeriod(options.keepAlivePeriod()));
      }
      if (options.linger() != null) {
        result.put(ChannelOption.SO_LINGER, Math.toIntExact(options.linger().toSeconds()));
      }
      if (options.userTimeout() != null) {
        result.putAll(loops.userTimeout(options.userTimeout()));
      }
    }
    if (kind != SocketKind.UNIX && options.dscp() > 0) {
      result.put(ChannelOption.IP_TOS, options.dscp() << 2); // the other two bits are ECN's
    }
    if (options.receiveBuffer() > 0) {
      result.put(ChannelOption.SO_RCVBUF, options.receiveBuffer());
    }
    if (options.sendBuffer() > 0) {
      result.put(ChannelOption.SO_SNDBUF, options.sendBuffer());
    }
    if (kind == SocketKind.TCP || (kind == SocketKind.UNIX && loops.io() != Io.NIO)) {
      // Netty supports it only for these. The end of the peer's bytes is a separate event, so that
      // this side can still answer its requests.
      result.put(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
    return result;
  }

  /**
   * {@return the options of a socket that this side creates, in addition to those of a connection
   * or listener}
   *
   * @param kind the kind of socket
   * @param options the user's options
   * @param loops the event loops of the socket
   */
  public static Map<ChannelOption<?>, Object> ofDevice(
      SocketKind kind, SocketOptions options, NettyEventLoops loops) {
    return kind == SocketKind.UNIX || options.device() == null
        ? Map.of()
        : loops.device(options.device());
  }

  /**
   * {@return the options of a listening socket}
   *
   * @param kind the kind of socket
   * @param options the user's options
   * @param loops the event loops of the socket
   */
  public static Map<ChannelOption<?>, Object> ofListener(
      SocketKind kind, SocketOptions options, NettyEventLoops loops) {
    Map<ChannelOption<?>, Object> result = new LinkedHashMap<>(ofDevice(kind, options, loops));
    result.put(ChannelOption.SO_BACKLOG, options.backlog());
    if (options.receiveBuffer() > 0) {
      result.put(ChannelOption.SO_RCVBUF, options.receiveBuffer());
    }
    if (kind == SocketKind.TCP) {
      result.put(ChannelOption.SO_REUSEADDR, options.reuseAddress());
      if (options.reusePort()) {
        result.put(loops.reusePort(), true);
      }
    }
    return result;
  }

  /**
   * Sets the options of an open connection.
   *
   * @param kind the kind of its socket
   * @param options the user's options
   * @param loops the event loops of the connection
   * @param channel the connection
   */
  public static void apply(
      SocketKind kind, SocketOptions options, NettyEventLoops loops, Channel channel) {
    Map<ChannelOption<?>, Object> all = ofConnection(kind, options, loops);
    all.putAll(ofDevice(kind, options, loops));
    all.forEach((option, value) -> channel.config().setOption(untyped(option), value));
  }

  /**
   * Sets that closing the connection doesn't wait for the peer, unless {@link SocketOptions#linger}
   * is zero.
   *
   * @param channel the connection
   */
  static void dontWaitOnClose(Channel channel) {
    try {
      Integer seconds = channel.config().getOption(ChannelOption.SO_LINGER);
      if (seconds != null && seconds > 0) {
        channel.config().setOption(ChannelOption.SO_LINGER, -1);
      }
    } catch (ChannelException e) {
      // The socket is already closed.
    }
  }

  /**
   * Removes the type of an option's values. The maps in this class pair each option with a value of
   * its type.
   *
   * @param option the option
   * @return the same option
   */
  @SuppressWarnings("unchecked")
  public static ChannelOption<Object> untyped(ChannelOption<?> option) {
    return (ChannelOption<Object>) option;
  }
}
