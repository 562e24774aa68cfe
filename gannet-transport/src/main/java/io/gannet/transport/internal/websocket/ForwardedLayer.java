package io.gannet.transport.internal.websocket;

import io.gannet.transport.ForwardedHeaders;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;

/**
 * Learns the real client from the request that a proxy has passed on. Stands behind the layer of
 * WebSocket in an endpoint's list, and in front of its handshake in the pipeline.
 *
 * @param header which header tells of the client
 * @param proxies decides whom it is believed
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
