package io.gannet.rpc.internal;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.transport.ClientBuilder;

/** Builds clients. */
final class DefaultRpcClientBuilder extends AbstractRpcClientBuilder<RpcClientBuilder>
    implements RpcClientBuilder {

  private final ClientBuilder.NeedsCodec transport;

  DefaultRpcClientBuilder(ClientBuilder.NeedsCodec transport) {
    this.transport = transport;
    SettingChecks.reliable(transport.isReliable());
  }

  @Override
  RpcClientBuilder self() {
    return this;
  }

  @Override
  public RpcClient start() {
    CallSettings settings = settings(null);
    ClientConnections connections =
        ClientConnections.open(
            transport,
            transportSettings(),
            transportSetup(settings.wire()),
            settings,
            new ClientConnections(connectAction(), connectionWaitNanos(), () -> {}));
    return new DefaultRpcClient(settings, connections, drainGrace());
  }
}
