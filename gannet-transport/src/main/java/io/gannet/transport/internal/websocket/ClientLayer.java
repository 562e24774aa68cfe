package io.gannet.transport.internal.websocket;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.Link;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.net.URI;

/** WebSocket on the side of the client. */
public final class ClientLayer implements Layer {

  private static final int MAX_BODY = 64 * 1024;

  private final URI uri;
  private final WebSocketOptions options;
  private final int maxMessageSize;

  /**
   * Creates the layer of one client.
   *
   * @param uri what to ask for
   * @param options how it speaks WebSocket
   * @param maxMessageSize the limit on messages, in bytes
   */
  public ClientLayer(URI uri, WebSocketOptions options, int maxMessageSize) {
    this.uri = uri;
    this.options = options;
    this.maxMessageSize = maxMessageSize;
  }

  @Override
  public void addTo(ChannelPipeline pipeline, Link link) {
    pipeline.addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_BODY));
    if (options.compression()) {
      pipeline.addLast(Compression.ofClient(maxMessageSize));
    }
    pipeline.addLast(new ClientHandshake(uri, options, maxMessageSize, link));
  }
}
