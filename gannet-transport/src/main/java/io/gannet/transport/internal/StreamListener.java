package io.gannet.transport.internal;

import io.gannet.transport.SocketOptions;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.ChannelOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.util.List;

/** A socket that accepts connections. */
record StreamListener(Channel channel, StreamListenAddress.Binding binding) implements Listener {

  /** Binds an address. */
  static StreamListener listen(StreamListenAddress address, AcceptContext<?> context) {
    SocketKind kind = address.kind();
    NettyEventLoops loops = context.loops();
    SocketOptions options = context.settings().socketOptions();
    StreamListenAddress.Binding binding = address.prepare(context);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.listener(kind))
            .handler(context.gate().before(kind))
            .childHandler(context.installer(kind, binding.layers()));
    ChannelOptions.ofListener(kind, options, loops)
        .forEach((option, value) -> bootstrap.option(ChannelOptions.untyped(option), value));
    ChannelOptions.ofConnection(kind, options, loops)
        .forEach((option, value) -> bootstrap.childOption(ChannelOptions.untyped(option), value));
    Channel channel;
    try {
      channel = context.await(bootstrap.bind(binding.toBind()), address);
    } catch (RuntimeException e) {
      binding.release();
      throw e;
    }
    try {
      binding.bound();
    } catch (RuntimeException e) {
      channel.close().awaitUninterruptibly();
      throw e;
    }
    return new StreamListener(channel, binding);
  }

  @Override
  public SocketAddress address() {
    return binding.address(channel);
  }

  @Override
  public List<Channel> sockets() {
    return List.of(channel);
  }

  @Override
  public List<? extends Future<?>> stop() {
    binding.release();
    return List.of(channel.close());
  }

  @Override
  public List<? extends Future<?>> closing() {
    return List.of(); // no session uses the socket, so stop closes it
  }
}
