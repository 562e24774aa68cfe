package io.gannet.transport.internal.websocket;

import io.gannet.transport.ForwardedHeaders;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;

/**
 * Takes the client's address from a request that a proxy has passed on. In an endpoint's list, it
 * is after the WebSocket layer; in the pipeline, it is before the WebSocket handshake.
 *
 * @param header the header with the client's address
 * @param proxies decides which proxies are trusted
 * @param clients decides about clients
 */
public record ForwardedLayer(
    ForwardedHeaders.Header header, AddressCheck proxies, AddressCheck clients) implements Layer {

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    String handshake = pipeline.context(ServerHandshake.class).name();
    pipeline.addBefore(handshake, null, new ForwardedReader(header, proxies, clients, connection));
  }

  @Override
  public boolean changesBytes() {
    return false;
  }
}
