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

/** The destination of a client. Its text is for messages. */
interface Destination {

  /**
   * An intermediary that connects on the client's behalf.
   *
   * @param handler the handler that requests the connection; the first handler of the pipeline
   * @param target the requested address
   */
  record Hop(ChannelHandler handler, SocketAddress target) {}

  /** {@return the kind of socket} */
  SocketKind kind();

  /**
   * Checks whether connecting is possible at all.
   *
   * @param loops the loops of the connection
   * @throws io.gannet.transport.TransportException if it isn't possible, with the reason
   */
  default void check(NettyEventLoops loops) {}

  /**
   * Finds the addresses to try.
   *
   * @param loops the loops of the connection
   * @return at least one address, or the failure; completes on any thread
   */
  CompletableFuture<List<SocketAddress>> resolve(NettyEventLoops loops);

  /** {@return the host name, or null if there is none} */
  @Nullable String host();

  /**
   * {@return additional options of its sockets}
   *
   * @param loops the loops of the connection
   */
  default Map<ChannelOption<?>, Object> socketOptions(NettyEventLoops loops) {
    return Map.of();
  }

  /**
   * {@return the layers next to the socket of every connection}
   *
   * @param loops the loops of the connection
   */
  default List<Layer> layers(NettyEventLoops loops) {
    return List.of();
  }

  /**
   * {@return the intermediary between an address and the destination, for one connection; null for
   * none}
   *
   * @param next one of the addresses
   */
  default @Nullable Hop hop(SocketAddress next) {
    return null;
  }
}
