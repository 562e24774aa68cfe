package io.gannet.transport.internal;

import io.gannet.transport.SocketOptions;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.ChannelOptions;
import io.gannet.transport.internal.session.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.Map;

/**
 * Connects the sockets for one of a client's connections.
 *
 * @param client the client
 * @param connecting the addresses, and how to connect
 * @param transport the transport
 * @param loop the loop of the connection
 */
record Connector(
    NettyClient<?> client,
    NettyClientBuilder.ConnectSettings connecting,
    Transport transport,
    EventLoop loop) {

  /**
   * Starts to connect.
   *
   * @param next the address
   * @param installer the handler that creates a session for the connection
   */
  ChannelFuture connect(SocketAddress next, ChannelHandler installer) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(client.loops.connection(transport.kind()))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // the attempt has one
            .handler(installer);
    socketOptions()
        .forEach((option, value) -> bootstrap.option(ChannelOptions.untyped(option), value));
    Destination.Hop hop = connecting.destination().hop(next);
    SocketAddress remote = next;
    if (hop != null) {
      remote = hop.target();
      bootstrap.disableResolver().handler(behind(hop.handler(), installer));
    }
    if (connecting.local() == null) {
      return bootstrap.connect(remote);
    }
    if (transport.kind() == SocketKind.TCP) {
      // A fixed local port may still be in use by the previous connection in TIME_WAIT.
      bootstrap.option(ChannelOption.SO_REUSEADDR, client.settings.socketOptions().reuseAddress());
    }
    return bootstrap.connect(remote, connecting.local());
  }

  private static ChannelHandler behind(ChannelHandler first, ChannelHandler second) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(first, second);
      }
    };
  }

  /**
   * {@return the options of the sockets}
   *
   * @throws TransportException if the loops don't support an option
   */
  Map<ChannelOption<?>, Object> socketOptions() {
    SocketOptions options = client.settings.socketOptions();
    Map<ChannelOption<?>, Object> all =
        ChannelOptions.ofConnection(transport.kind(), options, client.loops);
    all.putAll(ChannelOptions.ofDevice(transport.kind(), options, client.loops));
    all.putAll(connecting.destination().socketOptions(client.loops));
    return all;
  }
}
