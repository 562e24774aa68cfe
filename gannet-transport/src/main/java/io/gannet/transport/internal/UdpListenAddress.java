package io.gannet.transport.internal;

import io.gannet.transport.UdpOptions;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.udp.DatagramLayer;
import io.gannet.transport.internal.udp.DatagramSockets;
import java.net.InetSocketAddress;
import java.util.List;

/** A UDP port on an address of this machine. */
record UdpListenAddress(String host, int port, UdpOptions options) implements ListenAddress {

  UdpListenAddress {
    Addresses.check(host, port, 0);
  }

  @Override
  public Listener listen(AcceptContext<?> context) {
    DatagramSockets sockets =
        new DatagramSockets(
            new InetSocketAddress(host, port),
            options,
            context.settings().socketOptions(),
            context.loops(),
            context.gate(),
            context.installer(SocketKind.UDP, List.of(new DatagramLayer(null))),
            context.settings().failures());
    sockets.bind(binding -> context.await(binding, this));
    return new UdpListener(sockets);
  }

  @Override
  public String toString() {
    return Addresses.format(host, port);
  }
}
