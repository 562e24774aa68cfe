package io.gannet.rpc.internal;

import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.transport.ClientTls;
import java.time.Duration;

/** The RPC client of one address. */
final class DefaultRpcClient extends AbstractRpcClient {

  private final ClientConnections connections;

  DefaultRpcClient(CallSettings settings, ClientConnections connections, Duration grace) {
    super(settings, connections, grace);
    this.connections = connections;
  }

  @Override
  public void updateTls(ClientTls tls) {
    connections.updateTls(tls);
  }
}
