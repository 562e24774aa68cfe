package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.WireProvider;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;

/** Creates the handler of one connection, with the limits of HTTP/2 that Netty enforces. */
final class GrpcConnectionBuilder
    extends AbstractHttp2ConnectionHandlerBuilder<GrpcConnection, GrpcConnectionBuilder> {

  /** The room for headers that are not metadata, in bytes. */
  private static final int OTHER_HEADERS = 8 << 10;

  private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;
  private static final int MAX_RESETS = 1000;
  private static final int RESETS_SECONDS = 10;

  private final WireProvider.Endpoint server;

  /**
   * Creates a builder.
   *
   * @param server the server
   */
  GrpcConnectionBuilder(WireProvider.Endpoint server) {
    this.server = server;
    Http2Connection http2 = new DefaultHttp2Connection(true);
    http2.local().flowController(new DefaultHttp2LocalFlowController(http2, 0.5f, true));
    // Also until the peer has acknowledged the settings.
    http2.remote().maxActiveStreams(server.maxRunningCalls());
    connection(http2);
    long headers =
        server.limits().metadataBytes()
            + (long) HeaderText.OVERHEAD * server.limits().metadataEntries()
            + OTHER_HEADERS;
    initialSettings(
        new Http2Settings()
            .maxConcurrentStreams(server.maxRunningCalls())
            .maxHeaderListSize(headers));
    decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS);
    encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS);
    encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
    validateRequiredPseudoHeaders(true);
    decoupleCloseAndGoAway(true);
  }

  @Override
  protected GrpcConnection build() {
    return super.build();
  }

  @Override
  protected GrpcConnection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    return new GrpcConnection(decoder, encoder, settings, server);
  }
}
