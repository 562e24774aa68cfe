package io.gannet.transport.internal;

import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A TCP port of a host, whose name is resolved for each attempt. */
record TcpDestination(String host, int port) implements Destination {

  TcpDestination {
    Addresses.check(host, port, 1);
  }

  @Override
  public SocketKind kind() {
    return SocketKind.TCP;
  }

  @Override
  public CompletableFuture<List<SocketAddress>> resolve(NettyEventLoops loops) {
    CompletableFuture<List<SocketAddress>> result = new CompletableFuture<>();
    NameResolver.SHARED
        .resolve(host)
        .whenComplete((addresses, failure) -> {
          if (failure == null) {
            result.complete(
                addresses.stream()
                    .<SocketAddress>map(address -> new InetSocketAddress(address, port))
                    .toList());
          } else {
            result.completeExceptionally(
                new TransportException(
                    failure instanceof UnknownHostException
                        ? "the name %s is unknown".formatted(host)
                        : "the name %s can't be resolved: %s".formatted(host, failure),
                    failure));
          }
        });
    return result;
  }

  @Override
  public String toString() {
    return Addresses.format(host, port);
  }
}
