package io.gannet.rpc.internal;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.Caller;
import io.gannet.rpc.internal.call.ForwardingCaller;
import io.gannet.rpc.internal.call.OwnedConnections;
import io.gannet.transport.StopMode;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** The common part of all clients. */
abstract class AbstractRpcClient extends ForwardingCaller implements RpcClient {

  private final Caller caller;
  private final OwnedConnections connections;
  private final Duration grace;

  AbstractRpcClient(CallSettings settings, OwnedConnections connections, Duration grace) {
    this.caller = new Caller(settings, connections);
    this.connections = connections;
    this.grace = grace;
  }

  @Override
  protected final Caller caller() {
    return caller;
  }

  @Override
  public final Collection<RpcPeer> connections() {
    return connections.peers();
  }

  @Override
  public final String name() {
    return connections.describe();
  }

  @Override
  public final boolean isRunning() {
    return connections.isRunning();
  }

  @Override
  public final void stop(StopMode mode) {
    stop(mode, grace);
  }

  @Override
  public final void stop(StopMode mode, Duration within) {
    connections.stop(mode, within);
  }

  @Override
  public final CompletionStage<Void> whenStopped() {
    return connections.whenStopped();
  }

  @Override
  public final String toString() {
    return name();
  }
}
