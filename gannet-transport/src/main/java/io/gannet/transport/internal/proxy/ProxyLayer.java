package io.gannet.transport.internal.proxy;

import io.gannet.transport.TimeSource;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;
import java.net.SocketAddress;

/**
 * Takes the client's address from the header of a proxy.
 *
 * @param required whether a header is required
 * @param proxies decides which proxies are trusted
 * @param clients decides about clients, once the header has been read
 * @param time the time source for waiting for a proxy without a client
 */
public record ProxyLayer(
    boolean required, AddressCheck proxies, AddressCheck clients, TimeSource time)
    implements Layer {

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    SocketAddress peer = connection.remoteAddress(pipeline.channel());
    if (proxies.accepts(peer)) {
      HeaderReader reader = new HeaderReader(connection, clients, time);
      pipeline.addLast(new HeaderDetector(required, reader), reader);
    } else if (required) {
      throw new HandshakeException(
          false, "%s is not a trusted proxy (setting proxyProtocol)".formatted(peer), null);
    }
  }

  /** Returns false, because the header ends before the session starts. */
  @Override
  public boolean changesBytes() {
    return false;
  }
}
