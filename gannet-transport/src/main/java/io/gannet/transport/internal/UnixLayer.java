package io.gannet.transport.internal;

import io.gannet.transport.PeerCredentials;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who is at the other end of a Unix socket, and names the ends as users know them. It
 * puts nothing between the socket and the session.
 *
 * @param local the name of this end, empty if it has none
 * @param remote the name of the other end, empty if it has none
 * @param loops those that carry the connections
 */
record UnixLayer(String local, String remote, NettyEventLoops loops) implements Layer {

  private static final Logger LOG = LoggerFactory.getLogger(UnixLayer.class);

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    connection.localAddress(UnixDomainSocketAddress.of(local));
    connection.remoteAddress(UnixDomainSocketAddress.of(remote));
    if (!loops.unixEndsInHalves()) {
      connection.endsWhole();
    }
    try {
      PeerCredentials credentials = loops.peerCredentials(pipeline.channel());
      if (credentials != null) {
        connection.learn(info -> info.withCredentials(credentials));
      }
    } catch (IOException e) {
      LOG.debug("the operating system doesn't provide the peer's credentials", e);
    }
  }

  @Override
  public boolean changesBytes() {
    return false;
  }
}
