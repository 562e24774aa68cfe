package io.gannet.grpc.internal;

import io.gannet.rpc.RpcWire;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.rpc.internal.wire.WireProvider;

/** Makes {@link RpcWire#GRPC} available. */
public final class GrpcWireProvider implements WireProvider {

  /** Called by the service loader. */
  public GrpcWireProvider() {}

  @Override
  public RpcWire wire() {
    return RpcWire.GRPC;
  }

  @Override
  public Additions additions(Introspection server) {
    return StandardServices.isAvailable()
        ? StandardServices.of(server)
        : WireProvider.super.additions(server);
  }

  @Override
  public Wire ofServer(Endpoint server) {
    return GrpcWire.ofServer(server);
  }

  @Override
  public Wire ofClient(WireLimits limits, Frame.Window window) {
    return GrpcWire.ofClient(limits, window);
  }
}
