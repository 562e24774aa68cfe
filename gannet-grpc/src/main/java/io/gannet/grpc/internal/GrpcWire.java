package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireProvider;
import io.gannet.transport.Codec;
import io.gannet.transport.internal.session.Layer;

/**
 * gRPC over HTTP/2. The {@link Http2Layer} handles HTTP/2 and exchanges {@link Message}s with the
 * session, which the {@link GrpcCodec} converts from and to frames.
 */
final class GrpcWire implements Wire {

  private final GrpcCodec codec;
  private final Http2Layer layer;

  GrpcWire(WireProvider.Endpoint server) {
    this.codec = new GrpcCodec();
    this.layer = new Http2Layer(server);
  }

  @Override
  public Codec<Frame> newCodec() {
    return codec;
  }

  @Override
  public Layer layer() {
    return layer;
  }

  @Override
  public String applicationProtocol() {
    return "h2";
  }

  @Override
  public boolean greets() {
    return false;
  }

  @Override
  public boolean cancels() {
    return true;
  }

  @Override
  public boolean streams() {
    return true;
  }

  @Override
  public boolean saysGoodbye() {
    return true;
  }

  @Override
  public boolean servesUntilLastCall() {
    return true;
  }
}
