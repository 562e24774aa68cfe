package io.gannet.transport.internal;

import io.gannet.transport.PeerCredentials;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.Link;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who is at the other end of a Unix socket, and names the ends as users know them. It puts
 * nothing between the socket and the session.
 *
 * @param local the name of this end, empty if it has none
 * @param remote the name of the other end, empty if it has none
 */
record UnixLayer(String local, String remote) implements Layer {

  private static final Logger LOG = LoggerFactory.getLogger(UnixLayer.class);

  @Override
  public void addTo(ChannelPipeline pipeline, Link link) {
    link.localAddress(UnixDomainSocketAddress.of(local));
    link.remoteAddress(UnixDomainSocketAddress.of(remote));
    if (!(pipeline.channel() instanceof EpollDomainSocketChannel)) {
      // Netty (4.2.18) closes all others when the peer ends its side, whatever their options say.
      link.endsWhole();
    }
    try {
      PeerCredentials credentials = credentials(pipeline.channel());
      if (credentials != null) {
        link.learn(info -> info.withCredentials(credentials));
      }
    } catch (IOException e) {
      LOG.debug("the operating system doesn't tell who the peer is", e);
    }
  }

  @Override
  public boolean changesBytes() {
    return false;
  }

  private static @Nullable PeerCredentials credentials(Channel channel) throws IOException {
    return switch (channel) {
      case EpollDomainSocketChannel epoll -> numbers(epoll.peerCredentials());
      case KQueueDomainSocketChannel kqueue -> numbers(kqueue.peerCredentials());
      case NioDomainSocketChannel nio -> names(nio);
      default -> null;
    };
  }

  private static PeerCredentials numbers(io.netty.channel.unix.PeerCredentials found) {
    int[] groups = found.gids();
    return new PeerCredentials(
        found.pid() > 0 ? found.pid() : -1,
        found.uid(),
        groups.length > 0 ? groups[0] : -1,
        null,
        null);
  }

  private static @Nullable PeerCredentials names(NioDomainSocketChannel channel) {
    UnixDomainPrincipal found =
        channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    return found == null
        ? null
        : new PeerCredentials(-1, -1, -1, found.user().getName(), found.group().getName());
  }
}
