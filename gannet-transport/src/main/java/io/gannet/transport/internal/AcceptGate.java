package io.gannet.transport.internal;

import io.gannet.transport.RejectReason;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.udp.PeerGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may connect, before resources are allocated. A peer that can't be judged is rejected.
 * Used on the loops of the listening sockets concurrently.
 */
final class AcceptGate implements PeerGate {

  /** The address whose place a connection has; absent if its address isn't known yet. */
  private static final AttributeKey<Long> PLACE = AttributeKey.valueOf(AcceptGate.class, "place");

  private final NettyServer<?> server;
  private final NettyServerBuilder.Admission admission;
  private final TokenBucket rate;

  /** Accepted connections that aren't closed, or whose session has not run its last callback. */
  private final AtomicInteger inside = new AtomicInteger();

  /** One for all connections. */
  private final ChannelFutureListener leaving = closed -> left(closed.channel());

  private final PlacesPerAddress places;

  AcceptGate(NettyServer<?> server, NettyServerBuilder.Admission admission) {
    this.server = server;
    this.admission = admission;
    this.rate =
        new TokenBucket(admission.ratePerSecond(), admission.burst(), server.settings.time());
    this.places = new PlacesPerAddress(admission.maxSessionsPerAddress());
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

  /**
   * Takes a place for the client of an established connection if it has none yet, because a proxy
   * has told the client's address meanwhile. Called on the connection's loop.
   */
  boolean admitsClient(Channel connection) {
    if (!places.isLimited()
        || connection.hasAttr(PLACE)
        || !connection.isOpen()
        || !(ConnectionContext.peerOf(connection) instanceof InetSocketAddress client)
        || client.isUnresolved()) {
      return true;
    }
    return takePlace(connection, client);
  }

  private boolean takePlace(Channel connection, InetSocketAddress peer) {
    if (!places.take(peer)) {
      return false;
    }
    connection.attr(PLACE).set(PlacesPerAddress.key(peer.getAddress()));
    return true;
  }

  private void left(Channel connection) {
    inside.decrementAndGet();
    if (places.isLimited()) {
      Long place = connection.attr(PLACE).getAndSet(null);
      if (place != null) {
        places.leave(place);
      }
    }
  }

  /** {@return whether a connection is counted for the address that it comes from} */
  private boolean isDirect(InetSocketAddress peer) {
    try {
      return !admission.proxies().accepts(peer);
    } catch (HandshakeException e) {
      return true; // its failure is logged; a proxy that can't be judged is none
    }
  }

  private boolean mayConnect(InetSocketAddress peer) {
    try {
      return admission.check().accepts(peer);
    } catch (HandshakeException e) {
      return false;
    }
  }

  @Override
  public boolean entered(Channel connection) {
    if (places.isLimited()
        && connection.remoteAddress() instanceof InetSocketAddress peer
        && isDirect(peer)
        && !takePlace(connection, peer)) {
      inside.decrementAndGet();
      server.rejected(peer, RejectReason.MAX_SESSIONS_PER_ADDRESS);
      return false;
    }
    connection.closeFuture().addListener(leaving);
    return true;
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
      left(connection); // at once, because the loop may have ended
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
      if (admits(kind, connection.remoteAddress()) && entered(connection)) {
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
