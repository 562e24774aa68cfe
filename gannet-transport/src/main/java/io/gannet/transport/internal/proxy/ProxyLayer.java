package io.gannet.transport.internal.proxy;

import io.gannet.transport.ProxyProtocol;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.Link;
import io.netty.channel.ChannelPipeline;
import java.net.InetSocketAddress;

/**
 * Learns the real client from the header of a proxy.
 *
 * @param settings what users chose
 */
public record ProxyLayer(ProxyProtocol settings) implements Layer {

  @Override
  public void addTo(ChannelPipeline pipeline, Link link) {
    // On a Unix socket the permissions of its file have decided.
    boolean trusted =
        !(pipeline.channel().remoteAddress() instanceof InetSocketAddress peer)
            || settings.trusted().accepts(peer);
    if (trusted) {
      pipeline.addLast(new HeaderDetector(settings.required()), new HeaderReader(link));
    } else if (settings.required()) {
      throw new HandshakeException(
          false,
          "%s is not a proxy that is trusted (setting proxyProtocol)"
              .formatted(pipeline.channel().remoteAddress()),
          null);
    }
  }

  /** The header ends before the session begins. */
  @Override
  public boolean changesBytes() {
    return false;
  }
}
