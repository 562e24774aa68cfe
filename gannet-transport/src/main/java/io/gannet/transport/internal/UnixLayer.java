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
 * Determines the credentials of the peer of a Unix socket, and provides the addresses that users
 * see. Adds no handlers between the socket and the session.
 *
 * @param local the name of this side, empty if it has none
 * @param remote the name of the peer, empty if it has none
 * @param loops the loops of the connections
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
