package io.gannet.transport.internal;

import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.Layer;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A Unix socket. */
record UnixDestination(String name) implements Destination {

  UnixDestination {
    Addresses.checkUnix(name);
  }

  @Override
  public SocketKind kind() {
    return SocketKind.UNIX;
  }

  @Override
  public void check(NettyEventLoops loops) {
    loops.unixAddress(name);
  }

  @Override
  public CompletableFuture<List<SocketAddress>> resolve(NettyEventLoops loops) {
    return CompletableFuture.completedFuture(List.of(loops.unixAddress(name)));
  }

  @Override
  public @Nullable String host() {
    return null;
  }

  @Override
  public List<Layer> layers(NettyEventLoops loops) {
    return List.of(new UnixLayer("", name, loops));
  }

  @Override
  public String toString() {
    return name;
  }
}
