package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.rpc.internal.wire.WireProvider;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.Objects;

/** Creates the handler of one connection, with the limits of HTTP/2 that Netty enforces. */
final class GrpcConnectionBuilder
    extends AbstractHttp2ConnectionHandlerBuilder<GrpcConnection, GrpcConnectionBuilder> {

  /** The room for headers that are not metadata, in bytes. */
  private static final int OTHER_HEADERS = 8 << 10;

  private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;

  /** How many streams a server resets because of mistakes of the client. */
  private static final int MAX_RESETS = 1000;

  private static final int RESETS_SECONDS = 10;

  private final GrpcRole role;

  private GrpcConnectionBuilder(
      boolean isServer, WireLimits limits, int maxStreams, GrpcRole role) {
    this.role = role;
    Http2Connection http2 = new DefaultHttp2Connection(isServer);
    http2.local().flowController(new DefaultHttp2LocalFlowController(http2, 0.5f, true));
    // Also until the peer has acknowledged the settings.
    http2.remote().maxActiveStreams(maxStreams);
    http2.local().allowPushTo(false);
    connection(http2);
    long headers =
        limits.metadataBytes()
            + (long) HeaderText.OVERHEAD * limits.metadataEntries()
            + OTHER_HEADERS;
    initialSettings(
        new Http2Settings().maxConcurrentStreams(maxStreams).maxHeaderListSize(headers));
    encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
    validateRequiredPseudoHeaders(true);
    decoupleCloseAndGoAway(true);
  }

  /**
   * {@return a builder for a server}
   *
   * @param server the server
   * @param encrypted whether the connection has TLS
   */
  static GrpcConnectionBuilder ofServer(WireProvider.Endpoint server, boolean encrypted) {
    GrpcConnectionBuilder builder =
        new GrpcConnectionBuilder(
            true,
            server.limits(),
            server.maxRunningCalls(),
            (connection, controlFrames) -> {
              Responses responses = new Responses(connection, controlFrames);
              return new GrpcRole.Side(
                  new Requests(server, encrypted, connection, controlFrames, responses), responses);
            });
    builder.encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS);
    return builder;
  }

  /**
   * {@return a builder for a client} Resets by this side are not limited: they are calls that were
   * given up.
   *
   * @param limits the limits of metadata
   * @param window the window of each stream that this side receives
   * @param target what the requests say about their target
   */
  static GrpcConnectionBuilder ofClient(WireLimits limits, Frame.Window window, GrpcTarget target) {
    GrpcConnectionBuilder builder =
        new GrpcConnectionBuilder(
            false,
            limits,
            0,
            (connection, controlFrames) -> {
              Calls calls = new Calls(target, connection, controlFrames);
              return new GrpcRole.Side(
                  new Results(limits, window, connection, controlFrames, calls), calls);
            });
    builder.initialSettings().pushEnabled(false);
    builder.encoderEnforceMaxRstFramesPerWindow(0, RESETS_SECONDS);
    return builder;
  }

  @Override
  protected GrpcConnection build() {
    return super.build();
  }

  @Override
  protected GrpcConnection build(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    decoder.close(); // replaced by one that filters frames
    StreamResets resets = new StreamResets();
    Http2Connection http2 = encoder.connection();
    Http2FrameReader reader =
        new FrameFilter(
            new DefaultHttp2FrameReader(
                new DefaultHttp2HeadersDecoder(
                    isValidateHeaders(), Objects.requireNonNull(settings.maxHeaderListSize()))),
            http2,
            resets);
    return new GrpcConnection(
        new DefaultHttp2ConnectionDecoder(
            http2,
            encoder,
            reader,
            promisedRequestVerifier(),
            isAutoAckSettingsFrame(),
            isAutoAckPingFrame(),
            isValidateHeaders(),
            isValidateRequiredPseudoHeaders()),
        encoder,
        settings,
        role,
        resets);
  }
}
