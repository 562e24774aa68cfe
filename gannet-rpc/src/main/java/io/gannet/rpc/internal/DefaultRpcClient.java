package io.gannet.rpc.internal;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.Caller;
import io.gannet.rpc.internal.call.ForwardingCaller;
import io.gannet.transport.ClientTls;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** A client: makes calls on the connections that it keeps. */
final class DefaultRpcClient extends ForwardingCaller implements RpcClient {

  private final Caller caller;
  private final ClientConnections connections;
  private final Duration grace;

  DefaultRpcClient(CallSettings settings, ClientConnections connections, Duration grace) {
    this.caller = new Caller(settings, connections);
    this.connections = connections;
    this.grace = grace;
  }

  @Override
  protected Caller caller() {
    return caller;
  }

  @Override
  public Collection<RpcPeer> connections() {
    return connections.peers();
  }

  @Override
  public void updateTls(ClientTls tls) {
    connections.updateTls(tls);
  }

  @Override
  public String name() {
    return connections.describe();
  }

  @Override
  public boolean isRunning() {
    return connections.isRunning();
  }

  @Override
  public void stop(StopMode mode) {
    stop(mode, grace);
  }

  @Override
  public void stop(StopMode mode, Duration within) {
    connections.stop(mode, within);
  }

  @Override
  public CompletionStage<Void> whenStopped() {
    return connections.whenStopped();
  }

  @Override
  public String toString() {
    return name();
  }
}
