package io.gannet.transport.internal.websocket;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.text.FailureLog;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.Set;

/** WebSocket on the server's side. */
public final class ServerLayer implements Layer {

  private static final int MAX_REQUEST_LINE = 8 * 1024;
  private static final int MAX_HEADERS = 16 * 1024;

  private final WebSocketOptions options;
  private final Set<String> paths;
  private final int maxMessageSize;
  private final FailureLog failures;

  /**
   * Creates the layer of one server.
   *
   * @param options the options
   * @param paths the paths of the WebSocket; empty for all paths
   * @param maxMessageSize the limit on messages in bytes
   * @param failures logs exceptions of a guard
   */
  public ServerLayer(
      WebSocketOptions options, Set<String> paths, int maxMessageSize, FailureLog failures) {
    this.options = options;
    this.paths = Set.copyOf(paths);
    this.maxMessageSize = maxMessageSize;
    this.failures = failures;
  }

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    pipeline.addLast(
        new HttpServerCodec(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_REQUEST_LINE)
                .setMaxHeaderSize(MAX_HEADERS)),
        new ServerHandshake(options, paths, maxMessageSize, failures, connection));
  }
}
