package io.gannet.transport.internal.proxy;

import io.gannet.transport.ProxyProtocol;
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
 */
public record ProxyLayer(ProxyProtocol settings) implements Layer {

  @Override
  public void addTo(ChannelPipeline pipeline, Link link) {
    SocketAddress peer = link.remoteAddress(pipeline.channel());
    if (isTrusted(peer)) {
      pipeline.addLast(new HeaderDetector(settings.required()), new HeaderReader(link));
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
