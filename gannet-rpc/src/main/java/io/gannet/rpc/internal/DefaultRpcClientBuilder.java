package io.gannet.rpc.internal;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.transport.ClientBuilder;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds clients. */
final class DefaultRpcClientBuilder extends AbstractRpcBuilder<RpcClientBuilder>
    implements RpcClientBuilder {

  private final ClientBuilder.NeedsCodec transport;
  private Consumer<ClientBuilder<?>> transportSettings = builder -> {};
  private Duration connectionWait = Duration.ofSeconds(3);
  private @Nullable Consumer<RpcPeer> onConnect;

  DefaultRpcClientBuilder(ClientBuilder.NeedsCodec transport) {
    this.transport = transport;
    SettingChecks.reliable(transport.isReliable());
  }

  @Override
  RpcClientBuilder self() {
    return this;
  }

  @Override
  public RpcClientBuilder transport(Consumer<ClientBuilder<?>> settings) {
    transportSettings = transportSettings.andThen(settings);
    return this;
  }

  @Override
  public RpcClientBuilder connectionWait(Duration timeout) {
    connectionWait = SettingChecks.notNegative(timeout, "connectionWait");
    return this;
  }

  @Override
  public RpcClientBuilder onConnect(Consumer<RpcPeer> action) {
    onConnect = Objects.requireNonNull(action, "onConnect");
    return this;
  }

  @Override
  public RpcClient start() {
    CallSettings settings = settings(null);
    ClientConnections connections =
        ClientConnections.open(
            transport.codecPerSession(settings.wire()::newCodec),
            transportSettings,
            transportSetup(),
            settings,
            new ClientConnections(onConnect, SettingChecks.nanos(connectionWait), () -> {}));
    return new DefaultRpcClient(settings, connections, drainGrace());
  }
}
