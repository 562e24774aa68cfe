package io.gannet.transport.internal;

import io.gannet.transport.internal.loop.SocketKind;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A TCP port on an address of this machine. */
record TcpListenAddress(String host, int port) implements StreamListenAddress {

  TcpListenAddress {
    Addresses.check(host, port, 0);
  }

  @Override
  public SocketKind kind() {
    return SocketKind.TCP;
  }

  @Override
  public Binding prepare(AcceptContext<?> context) {
    return new Binding() {
      @Override
      public SocketAddress toBind() {
        return new InetSocketAddress(host, port);
      }

      @Override
      public SocketAddress address(Channel listener) {
        SocketAddress bound = listener.localAddress();
        return bound != null ? bound : toBind(); // closed before the first query
      }
    };
  }

  @Override
  public String toString() {
    return Addresses.format(host, port);
  }
}
