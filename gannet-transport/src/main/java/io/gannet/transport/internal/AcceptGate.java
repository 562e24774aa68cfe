package io.gannet.transport.internal;

import io.gannet.transport.RejectReason;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.udp.PeerGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may connect, before resources are allocated. A peer that can't be judged is rejected.
 * Used on the loops of the listening sockets concurrently.
 */
final class AcceptGate implements PeerGate {

  private final NettyServer<?> server;
  private final NettyServerBuilder.Admission admission;
  private final TokenBucket rate;

  /** Accepted connections that aren't closed, or whose session has not run its last callback. */
  private final AtomicInteger inside = new AtomicInteger();

  /** One for all connections. */
  private final ChannelFutureListener leaving = closed -> inside.decrementAndGet();

  AcceptGate(NettyServer<?> server, NettyServerBuilder.Admission admission) {
    this.server = server;
    this.admission = admission;
    this.rate =
        new TokenBucket(admission.ratePerSecond(), admission.burst(), server.settings.time());
  }

  /** {@return the handler in front of Netty's acceptor of a listening socket} */
  ChannelHandler before(SocketKind kind) {
    return new Entrance(kind);
  }

  @Override
  public boolean admits(SocketAddress peer) {
    return admits(SocketKind.UDP, peer);
  }

  private boolean admits(SocketKind kind, @Nullable SocketAddress peer) {
    RejectReason reason = decide(kind, peer);
    if (reason != null) {
      server.rejected(peer, reason);
    }
    return reason == null;
  }

  private @Nullable RejectReason decide(SocketKind kind, @Nullable SocketAddress peer) {
    if (!server.isRunning()) {
      return RejectReason.STOPPING;
    }
    if (kind != SocketKind.UNIX) { // there the permissions of the file decide
      if (!(peer instanceof InetSocketAddress address)) {
        return RejectReason.GONE;
      }
      if (!mayConnect(address)) {
        return RejectReason.IP_FILTER;
      }
    }
    if (!rate.take()) {
      return RejectReason.ACCEPT_RATE;
    }
    int max = admission.maxSessions();
    if (inside.incrementAndGet() > max && max > 0) {
      inside.decrementAndGet();
      return RejectReason.MAX_SESSIONS;
    }
    return null;
  }

  private boolean mayConnect(InetSocketAddress peer) {
    try {
      return admission.check().accepts(peer);
    } catch (HandshakeException e) {
      return false;
    }
  }

  @Override
  public void entered(Channel connection) {
    connection.closeFuture().addListener(leaving);
  }

  /**
   * Lets a session have the place of its connection until {@link #leave}. Called on the
   * connection's loop before it is closed.
   */
  void keep(Channel connection) {
    connection.closeFuture().removeListener(leaving);
  }

  /** Gives back the place of a session, at the latest when its connection is closed. */
  void leave(Channel connection) {
    if (connection.closeFuture().isDone()) {
      inside.decrementAndGet(); // at once, because the loop may have ended
    } else {
      connection.closeFuture().addListener(leaving);
    }
  }

  private final class Entrance extends ChannelInboundHandlerAdapter {

    private final SocketKind kind;

    Entrance(SocketKind kind) {
      this.kind = kind;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      Channel connection = (Channel) message;
      if (admits(kind, connection.remoteAddress())) {
        entered(connection);
        context.fireChannelRead(connection);
      } else {
        connection.unsafe().closeForcibly();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      server.settings.failures().warn("accepting (paused for a second)", server, cause);
      server.settings.observers().acceptFailed(server, cause);
      // Netty's acceptor, the next handler in the pipeline, stops accepting for a second.
      context.fireExceptionCaught(cause);
    }
  }
}
