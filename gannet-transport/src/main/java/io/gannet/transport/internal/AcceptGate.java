package io.gannet.transport.internal;

import io.gannet.transport.RejectReason;
import io.gannet.transport.internal.udp.PeerGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the accepting of connections, or of peers on UDP, and turns some away, before anything
 * has been set up for them. Used on the loops of the listening sockets, several at a time.
 */
@Sharable
final class AcceptGate extends ChannelInboundHandlerAdapter implements PeerGate {

  private static final Logger LOG = LoggerFactory.getLogger(AcceptGate.class);

  private final NettyServer<?> server;
  private final NettyServerBuilder.Admission admission;
  private final TokenBucket rate;

  /** Connections that have passed and have not been given back with {@link #leave}. */
  private final AtomicInteger inside = new AtomicInteger();

  AcceptGate(NettyServer<?> server, NettyServerBuilder.Admission admission) {
    this.server = server;
    this.admission = admission;
    this.rate =
        new TokenBucket(admission.ratePerSecond(), admission.burst(), server.settings.time());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    if (admits(connection.remoteAddress())) {
      connection.closeFuture().addListener(closed -> leave());
      context.fireChannelRead(connection);
    } else {
      connection.unsafe().closeForcibly();
    }
  }

  @Override
  public boolean admits(SocketAddress peer) {
    RejectReason reason = decide(peer);
    if (reason != null) {
      server.rejected(peer, reason);
    }
    return reason == null;
  }

  private @Nullable RejectReason decide(SocketAddress peer) {
    if (!server.isRunning()) {
      return RejectReason.STOPPING;
    }
    if (peer instanceof InetSocketAddress address && !filterAccepts(address)) {
      return RejectReason.IP_FILTER;
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

  private boolean filterAccepts(InetSocketAddress peer) {
    try {
      return admission.filter().accepts(peer);
    } catch (Throwable t) {
      server.settings.failures().warn("the IP filter", server, t);
      return false;
    }
  }

  @Override
  public void leave() {
    inside.decrementAndGet();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.warn("{} can't accept connections now, will try again in a second", server, cause);
    server.settings.observers().acceptFailed(server, cause);
    // Netty's acceptor, next in the pipeline, stops accepting for a second.
    context.fireExceptionCaught(cause);
  }
}
