package io.gannet.grpc.internal;

import io.gannet.rpc.RpcWire;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.rpc.internal.wire.WireProvider;

/** Makes {@link RpcWire#HTTP} available. */
public final class HttpWireProvider implements WireProvider {

  /** Called by the service loader. */
  public HttpWireProvider() {}

  @Override
  public RpcWire wire() {
    return RpcWire.HTTP;
  }

  @Override
  public Wire ofServer(Endpoint server) {
    return new HttpWire(server);
  }

  @Override
  public Wire ofClient(WireLimits limits, Frame.Window window) {
    throw new IllegalStateException(
        "RpcWire.HTTP is for servers only: use RpcWire.GRPC or RpcWire.GANNET for this client");
  }
}
