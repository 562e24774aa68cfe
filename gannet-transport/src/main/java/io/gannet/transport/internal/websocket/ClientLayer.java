package io.gannet.transport.internal.websocket;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.net.URI;

/** WebSocket on the client's side. */
public final class ClientLayer implements Layer {

  static final int MAX_STATUS_LINE = 8 * 1024;
  static final int MAX_HEADERS = 16 * 1024;

  private final URI uri;
  private final WebSocketOptions options;
  private final int maxMessageSize;

  /**
   * Creates the layer of one client.
   *
   * @param uri the requested URI
   * @param options the options
   * @param maxMessageSize the limit on messages in bytes
   */
  public ClientLayer(URI uri, WebSocketOptions options, int maxMessageSize) {
    this.uri = uri;
    this.options = options;
    this.maxMessageSize = maxMessageSize;
  }

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    pipeline.addLast(
        new HttpAnswerCheck(uri),
        new HttpClientCodec(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_STATUS_LINE)
                .setMaxHeaderSize(MAX_HEADERS),
            false,
            false),
        new ClientHandshake(uri, options, maxMessageSize, connection));
  }
}
