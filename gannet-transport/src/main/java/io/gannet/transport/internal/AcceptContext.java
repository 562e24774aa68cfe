package io.gannet.transport.internal;

import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.SessionInstaller;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.session.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data that listening sockets need from their server.
 *
 * @param server the server
 * @param gate decides who may connect
 * @param layers the layers between a socket and its session, starting at the socket
 * @param unixPermissions the permissions of the files of Unix sockets; null for the default
 */
record AcceptContext<M>(
    NettyServer<M> server,
    AcceptGate gate,
    List<Layer> layers,
    @Nullable Set<PosixFilePermission> unixPermissions) {

  NettyEventLoops loops() {
    return server.loops;
  }

  SessionSettings<M> settings() {
    return server.settings;
  }

  /**
   * {@return the installer of sessions}
   *
   * @param kind the kind of the sockets
   * @param first additional layers next to the socket
   */
  SessionInstaller<M> installer(SocketKind kind, List<Layer> first) {
    List<Layer> all = Stream.concat(first.stream(), layers.stream()).toList();
    return new SessionInstaller<>(server, settings(), loops(), new Transport(kind, all));
  }

  /**
   * Waits until a socket is bound.
   *
   * @throws TransportException if it can't be bound
   */
  Channel await(ChannelFuture binding, ListenAddress address) {
    try {
      binding.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      binding.addListener(late -> binding.channel().close());
      throw new TransportException("interrupted while binding " + address, e);
    }
    if (!binding.isSuccess()) {
      throw new TransportException(
          "%s can't listen on %s: %s"
              .formatted(
                  server.name(),
                  address,
                  binding.cause() instanceof UnresolvedAddressException
                      ? "the name is unknown"
                      : binding.cause().getMessage()),
          binding.cause());
    }
    return binding.channel();
  }
}
