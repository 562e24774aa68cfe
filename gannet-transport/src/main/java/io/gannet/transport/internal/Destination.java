package io.gannet.transport.internal;

import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a client connects to. Its text is for messages to people. */
interface Destination {

  /**
   * Somebody on the way who connects on our behalf.
   *
   * @param handler what asks for that; the first handler of the connection
   * @param target what is asked for
   */
  record Hop(ChannelHandler handler, SocketAddress target) {}

  /** {@return the kind of socket} */
  SocketKind kind();

  /**
   * Looks whether it can be connected to at all.
   *
   * @param loops the loops that will carry the connection
   * @throws io.gannet.transport.TransportException if it can't, with the reason for people
   */
  default void check(NettyEventLoops loops) {}

  /**
   * Finds the addresses to try.
   *
   * @param loops the loops that will carry the connection
   * @return at least one, or why there are none; completes on any thread
   */
  CompletableFuture<List<SocketAddress>> resolve(NettyEventLoops loops);

  /** {@return the name by which it is known to others, or null if it has none} */
  @Nullable String host();

  /**
   * {@return options of its sockets, besides those that users chose}
   *
   * @param loops the loops that will carry them
   */
  default Map<ChannelOption<?>, Object> socketOptions(NettyEventLoops loops) {
    return Map.of();
  }

  /**
   * {@return what every connection to it has next to its socket}
   *
   * @param loops the loops that will carry them
   */
  default List<Layer> layers(NettyEventLoops loops) {
    return List.of();
  }

  /**
   * {@return what is between an address and the destination, for one connection; null for nothing}
   *
   * @param next one of the addresses
   */
  default @Nullable Hop hop(SocketAddress next) {
    return null;
  }
}
