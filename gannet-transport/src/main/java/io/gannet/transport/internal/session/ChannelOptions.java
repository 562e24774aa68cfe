package io.gannet.transport.internal.session;

import io.gannet.transport.SocketOptions;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says {@link SocketOptions} in Netty's words. */
public final class ChannelOptions {

  private ChannelOptions() {}

  /**
   * {@return the options of a connection}
   *
   * @param options what users chose
   * @param loops the loops that will carry it
   */
  public static Map<ChannelOption<?>, Object> ofConnection(
      SocketOptions options, NettyEventLoops loops) {
    Map<ChannelOption<?>, Object> result = new LinkedHashMap<>();
    result.put(ChannelOption.TCP_NODELAY, options.noDelay());
    result.put(ChannelOption.SO_KEEPALIVE, options.keepAlive());
    if (options.keepAlive() && options.keepAlivePeriod() != null) {
      result.putAll(loops.keepAlivePeriod(options.keepAlivePeriod()));
    }
    if (options.receiveBuffer() > 0) {
      result.put(ChannelOption.SO_RCVBUF, options.receiveBuffer());
    }
    if (options.sendBuffer() > 0) {
      result.put(ChannelOption.SO_SNDBUF, options.sendBuffer());
    }
    if (options.linger() != null) {
      result.put(ChannelOption.SO_LINGER, Math.toIntExact(options.linger().toSeconds()));
    }
    // The end of the peer's bytes is an event of its own, so that its requests are still answered.
    result.put(ChannelOption.ALLOW_HALF_CLOSURE, true);
    return result;
  }

  /**
   * {@return the options of a listening socket}
   *
   * @param options what users chose
   * @param loops the loops that will carry it
   */
  public static Map<ChannelOption<?>, Object> ofListener(
      SocketOptions options, NettyEventLoops loops) {
    Map<ChannelOption<?>, Object> result = new LinkedHashMap<>();
    result.put(ChannelOption.SO_REUSEADDR, options.reuseAddress());
    result.put(ChannelOption.SO_BACKLOG, options.backlog());
    if (options.receiveBuffer() > 0) {
      result.put(ChannelOption.SO_RCVBUF, options.receiveBuffer());
    }
    if (options.reusePort()) {
      result.put(loops.reusePort(), true);
    }
    return result;
  }

  /**
   * Sets the options of a connection that stands.
   *
   * @param options what users chose
   * @param loops the loops that carry it
   * @param channel the connection
   */
  @SuppressWarnings("unchecked") // ofConnection pairs each option with a value of its type
  public static void apply(SocketOptions options, NettyEventLoops loops, Channel channel) {
    ofConnection(options, loops)
        .forEach(
            (option, value) -> channel.config().setOption((ChannelOption<Object>) option, value));
  }
}
