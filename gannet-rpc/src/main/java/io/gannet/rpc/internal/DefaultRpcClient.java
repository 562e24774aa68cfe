package io.gannet.rpc.internal;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.Caller;
import io.gannet.transport.StopMode;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A client: makes calls on the connections that it keeps. */
final class DefaultRpcClient implements RpcClient {

  private final Caller caller;
  private final ClientConnections connections;
  private final Duration grace;

  DefaultRpcClient(CallSettings settings, ClientConnections connections, Duration grace) {
    this.caller = new Caller(settings, connections);
    this.connections = connections;
    this.grace = grace;
  }

  @Override
  public <T> T proxy(Class<T> service, CallOptions options) {
    return caller.proxy(service, options);
  }

  @Override
  public @Nullable Object call(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return caller.call(method, resultType, options, arguments);
  }

  @Override
  public CompletionStage<@Nullable Object> callAsync(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return caller.callAsync(method, resultType, options, arguments);
  }

  @Override
  public void callOneWay(
      String method, CallOptions options, List<? extends @Nullable Object> arguments) {
    caller.callOneWay(method, options, arguments);
  }

  @Override
  public RpcStream<Object> callStream(
      String method,
      Type itemType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return caller.callStream(method, itemType, options, arguments);
  }

  @Override
  public Collection<RpcPeer> connections() {
    return connections.peers();
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
