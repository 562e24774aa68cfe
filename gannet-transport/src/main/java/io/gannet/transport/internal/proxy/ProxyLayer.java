package io.gannet.transport.internal.proxy;

import io.gannet.transport.IpFilter;
import io.gannet.transport.ProxyProtocol;
import io.gannet.transport.TimeSource;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.Link;
import io.netty.channel.ChannelPipeline;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Learns the real client from the header of a proxy.
 *
 * @param settings what users chose
 * @param filter decides about clients, once the header has told who they are
 * @param time for the wait for what a proxy wants that has no client
 */
public record ProxyLayer(ProxyProtocol settings, IpFilter filter, TimeSource time)
    implements Layer {

  @Override
  public void addTo(ChannelPipeline pipeline, Link link) {
    SocketAddress peer = link.remoteAddress(pipeline.channel());
    if (isTrusted(peer)) {
      HeaderReader reader = new HeaderReader(link, filter, time);
      pipeline.addLast(new HeaderDetector(settings.required(), reader), reader);
    } else if (settings.required()) {
      throw new HandshakeException(
          false, "%s is not a proxy that is trusted (setting proxyProtocol)".formatted(peer), null);
    }
  }

  private boolean isTrusted(@Nullable SocketAddress peer) {
    return switch (peer) {
      case InetSocketAddress address -> settings.trusted().accepts(address);
      case UnixDomainSocketAddress unix -> true; // the permissions of its file have decided
      case null, default -> false;
    };
  }

  /** The header ends before the session begins. */
  @Override
  public boolean changesBytes() {
    return false;
  }
}
