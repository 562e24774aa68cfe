package io.gannet.rpc.internal;

import io.gannet.rpc.KeyClash;
import io.gannet.rpc.KeyListener;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcWire;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.PeerKeys;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.LayeredBuilder;
import io.gannet.transport.internal.session.Protocol;
import io.gannet.transport.internal.session.ProtocolChoice;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds servers. */
final class DefaultRpcServerBuilder extends AbstractRpcBuilder<RpcServerBuilder>
    implements RpcServerBuilder {

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]_-]+");

  private final ServerBuilder.NeedsCodec transport;

  /** The protocols besides the first one. */
  private List<RpcWire> others = List.of();

  private Set<String> origins = Set.of();
  private Set<String> hosts = Set.of();

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
  public RpcServerBuilder wire(RpcWire value) {
    others = List.of();
    return super.wire(value);
  }

  @Override
  public RpcServerBuilder wire(RpcWire first, RpcWire second, RpcWire... more) {
    Set<RpcWire> all = EnumSet.of(first, second);
    all.addAll(Arrays.asList(more));
    if (all.size() < 2 + more.length) {
      throw new IllegalArgumentException(
          "wire: each protocol must be given once: %s, %s, %s"
              .formatted(first, second, Arrays.toString(more)));
    }
    if (all.contains(RpcWire.GETTY)) {
      throw new IllegalArgumentException(
          "wire: GETTY can't share a port with other protocols, because its clients may be silent"
              + " at first");
    }
    super.wire(first);
    others = Stream.concat(Stream.of(second), Arrays.stream(more)).toList();
    return this;
  }

  @Override
  Set<RpcWire> wires() {
    Set<RpcWire> all = super.wires();
    all.addAll(others);
    return all;
  }

  @Override
  public RpcServerBuilder httpOrigins(String... values) {
    for (String origin : values) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            "httpOrigins must be like https://example.org or http://localhost:8080: " + origin);
      }
    }
    origins = Set.of(values);
    return this;
  }

  @Override
  Set<String> origins() {
    return origins;
  }

  @Override
  public RpcServerBuilder httpHosts(String... names) {
    Set<String> all = new HashSet<>();
    for (String name : names) {
      if (!HOST.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "httpHosts must be host names without a port, like rpc.example.org: " + name);
      }
      all.add(name.toLowerCase(Locale.ROOT));
    }
    hosts = Set.copyOf(all);
    return this;
  }

  @Override
  Set<String> hosts() {
    return hosts;
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
    DefaultRpcServer server = new DefaultRpcServer(keys, greeter(), drainGrace());
    Layer layer = wire.layer();
    List<Protocol<Frame>> protocols =
        Stream.concat(
                Stream.of(wire),
                others.stream().map(other -> wire(other, settings.services(), true)))
            .flatMap(each -> each.forms().stream())
            .map(form -> protocol(settings.with(form), server))
            .toList();
    if (protocols.size() > 1) {
      ProtocolChoice<Frame> choice = new ProtocolChoice<>(protocols);
      ((LayeredBuilder) builder).addLayer(choice, choice.applicationProtocols());
    } else if (layer != null) {
      ((LayeredBuilder) builder).addLayer(layer, List.of(wire.applicationProtocol()));
    }
    transportSettings.accept(builder);
    transportSetup(wire).apply(builder);
    builder.listenerPerSession(() -> new RpcConnection(settings, server));
    Runnable beforeDrain = beforeDrain();
    if (beforeDrain != null) {
      server.beforeDrain(beforeDrain);
    }
    server.started(builder.start());
    return server;
  }

  private static Protocol<Frame> protocol(CallSettings settings, DefaultRpcServer server) {
    Wire wire = settings.wire();
    return new Protocol<>(
        wire.toString(),
        wire.applicationProtocol(),
        wire::begins,
        wire.layer(),
        wire::newCodec,
        () -> new RpcConnection(settings, server));
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
