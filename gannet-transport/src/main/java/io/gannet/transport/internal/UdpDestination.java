package io.gannet.transport.internal;

import io.gannet.transport.UdpOptions;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.udp.DatagramLayer;
import io.gannet.transport.internal.udp.DatagramSockets;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A UDP port of a host, of a multicast group, or of all hosts. */
record UdpDestination(TcpDestination address, UdpOptions options) implements Destination {

  UdpDestination(String host, int port, UdpOptions options) {
    this(new TcpDestination(host, port), options);
  }

  @Override
  public SocketKind kind() {
    return SocketKind.UDP;
  }

  @Override
  public CompletableFuture<List<SocketAddress>> resolve(NettyEventLoops loops) {
    return address.resolve(loops);
  }

  @Override
  public String host() {
    return address.host();
  }

  @Override
  public List<Layer> layers(NettyEventLoops loops) {
    return List.of(new DatagramLayer(options.hello()));
  }

  @Override
  public Map<ChannelOption<?>, Object> socketOptions(NettyEventLoops loops) {
    return DatagramSockets.socketOptions(options, loops, false);
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
