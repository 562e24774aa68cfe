package io.gannet.rpc.internal;

import io.gannet.rpc.RpcEndpointBuilder;
import io.gannet.rpc.RpcPeer;
import io.gannet.transport.ClientBuilder;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings that all clients share, and their defaults. */
abstract class AbstractRpcClientBuilder<B extends RpcEndpointBuilder<B>>
    extends AbstractRpcBuilder<B> {

  private Consumer<ClientBuilder<?>> transportSettings = builder -> {};
  private Duration connectionWait = Duration.ofSeconds(3);
  private @Nullable Consumer<RpcPeer> onConnect;

  /** Sets options of the transport. */
  public final B transport(Consumer<ClientBuilder<?>> settings) {
    transportSettings = transportSettings.andThen(settings);
    return self();
  }

  /** Sets how long a call waits for a connection. */
  public final B connectionWait(Duration timeout) {
    connectionWait = SettingChecks.notNegative(timeout, "connectionWait");
    return self();
  }

  /** Sets an action for each new connection, which runs before calls use it. */
  public final B onConnect(Consumer<RpcPeer> action) {
    onConnect = Objects.requireNonNull(action, "onConnect");
    return self();
  }

  final Consumer<ClientBuilder<?>> transportSettings() {
    return transportSettings;
  }

  /** {@return how long a call waits for a connection, in nanoseconds} */
  final long connectionWaitNanos() {
    return SettingChecks.nanos(connectionWait);
  }

  final @Nullable Consumer<RpcPeer> connectAction() {
    return onConnect;
  }
}
