package io.gannet.rpc.internal;

import io.gannet.rpc.KeyClash;
import io.gannet.rpc.KeyListener;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.PeerKeys;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.LayeredBuilder;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds servers. */
final class DefaultRpcServerBuilder extends AbstractRpcBuilder<RpcServerBuilder>
    implements RpcServerBuilder {

  private final ServerBuilder.NeedsCodec transport;
  private Consumer<ServerBuilder<?>> transportSettings = builder -> {};
  private @Nullable Function<RpcPeer, @Nullable String> peerKey;
  private @Nullable Consumer<RpcPeer> onPeer;
  private KeyClash keyClash = KeyClash.NEWEST;
  private KeyListener keyListener = new KeyListener() {};

  DefaultRpcServerBuilder(ServerBuilder.NeedsCodec transport) {
    this.transport = transport;
    SettingChecks.reliable(transport.isReliable());
  }

  @Override
  RpcServerBuilder self() {
    return this;
  }

  @Override
  public RpcServerBuilder transport(Consumer<ServerBuilder<?>> settings) {
    transportSettings = transportSettings.andThen(settings);
    return this;
  }

  @Override
  public RpcServerBuilder peerKey(Function<RpcPeer, @Nullable String> key) {
    peerKey = Objects.requireNonNull(key, "peerKey");
    return this;
  }

  @Override
  public RpcServerBuilder keyClash(KeyClash value) {
    keyClash = Objects.requireNonNull(value, "keyClash");
    return this;
  }

  @Override
  public RpcServerBuilder keyListener(KeyListener listener) {
    keyListener = Objects.requireNonNull(listener, "keyListener");
    return this;
  }

  @Override
  public RpcServerBuilder onPeer(Consumer<RpcPeer> action) {
    onPeer = Objects.requireNonNull(action, "onPeer");
    return this;
  }

  @Override
  public RpcServer start() {
    PeerKeys keys = new PeerKeys(keyClash, keyListener);
    CallSettings settings = settings(keys);
    Wire wire = settings.wire();
    ServerBuilder<Frame> builder = transport.codecPerSession(wire::newCodec);
    Layer layer = wire.layer();
    if (layer != null) {
      ((LayeredBuilder) builder).addLayer(layer, wire.applicationProtocol());
    }
    transportSettings.accept(builder);
    transportSetup(wire).apply(builder);
    DefaultRpcServer server = new DefaultRpcServer(keys, greeter(), drainGrace());
    builder.listenerPerSession(() -> new RpcConnection(settings, server));
    server.started(builder.start());
    return server;
  }

  /** Returns the actions for a new peer, or null if there are none. */
  private @Nullable Consumer<RpcPeer> greeter() {
    Function<RpcPeer, @Nullable String> key = peerKey;
    Consumer<RpcPeer> action = onPeer;
    if (key == null) {
      return action;
    }
    Consumer<RpcPeer> register =
        peer -> {
          String chosen = key.apply(peer);
          if (chosen != null) {
            peer.register(chosen);
          }
        };
    return action == null ? register : register.andThen(action);
  }
}
