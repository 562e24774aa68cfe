package io.gannet.rpc.internal;

import io.gannet.rpc.Health;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.Reflection;
import io.gannet.rpc.RpcEndpointBuilder;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcWire;
import io.gannet.rpc.internal.call.CallLimits;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.rpc.internal.call.EndpointCallCounts;
import io.gannet.rpc.internal.call.Failures;
import io.gannet.rpc.internal.call.PeerKeys;
import io.gannet.rpc.internal.service.HealthService;
import io.gannet.rpc.internal.service.ReflectionService;
import io.gannet.rpc.internal.service.ServiceShape;
import io.gannet.rpc.internal.service.ServiceShapes;
import io.gannet.rpc.internal.service.Services;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.GannetWire;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.rpc.internal.wire.WireProvider;
import io.gannet.rpc.internal.wire.getty.GettyWire;
import io.gannet.transport.TimeSource;
import io.gannet.transport.internal.json.ExactJson;
import io.gannet.transport.internal.json.JsonTypes;
import io.gannet.transport.internal.text.FailureLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The settings that servers and clients share, and their defaults. */
abstract class AbstractRpcBuilder<B extends RpcEndpointBuilder<B>>
    implements RpcEndpointBuilder<B> {

  private static final Duration USUAL_HEARTBEAT = Duration.ofSeconds(30);

  /** A service. Analysed when the endpoint starts, because the JSON mapper is known only then. */
  private record Offer(Class<?> type, Object implementation) {}

  private final List<Offer> offers = new ArrayList<>();
  private final Failures failures = new Failures();
  private final List<RpcInterceptor> outgoing = new ArrayList<>();
  private final List<RpcInterceptor> incoming = new ArrayList<>();
  private Duration defaultTimeout = Duration.ofSeconds(10);
  private int maxPending = 1024;
  private int maxRunningPerConnection = 1024;
  private int maxRunning = 16_384;
  private long maxRunningBytes = EndpointCallCounts.defaultMaxBytes();
  private Frame.Window window = new Frame.Window(256, 256 << 10);
  private int compressAbove = Integer.MAX_VALUE;
  private int metadataEntries = 64;
  private int metadataBytes = 16 * 1024;
  private Metadata greeting = Metadata.empty();
  private Duration greetingTimeout = Duration.ofSeconds(10);

  /** Null unless the user has decided. */
  private @Nullable Duration heartbeatPeriod;

  private Duration heartbeatTimeout = Duration.ofSeconds(90);
  private JsonTypes json = new JsonTypes(ExactJson.mapper());
  private Duration drainGrace = Duration.ofSeconds(10);
  private TimeSource time = TimeSource.system();
  private RpcWire wire = RpcWire.GANNET;
  private boolean reflection;
  private @Nullable Predicate<String> isServing;
  private @Nullable Runnable beforeDrain;

  /** {@return this, as the public type} */
  abstract B self();

  Duration drainGrace() {
    return drainGrace;
  }

  /**
   * Returns all settings.
   *
   * @param keys the registry of peer keys, or null if peers are never looked up by key
   */
  CallSettings settings(@Nullable PeerKeys keys) {
    WarmUp.begin();
    String tooMuch = wireLimits().excess(greeting);
    if (tooMuch != null) {
      throw new IllegalArgumentException("the greeting can't be sent: " + tooMuch);
    }
    FailureLog log = new FailureLog("io.gannet.rpc.failures");
    ServiceShapes shapes = new ServiceShapes(json);
    if (wire == RpcWire.GRPC && keys == null && !offers.isEmpty()) {
      throw new IllegalStateException(
          "gRPC has no calls from a server to its clients: a client can't offer %s"
              .formatted(offers.getFirst().type().getName()));
    }
    Services services = services(shapes);
    Predicate<String> serving = isServing;
    if (serving != null) {
      services.add(shapes.of(Health.class), new HealthService(services, serving));
    }
    if (reflection) {
      services.add(shapes.of(Reflection.class), new ReflectionService(services));
    }
    if (keys != null && speaks(RpcWire.GRPC)) {
      addServicesOfProtocol(services, shapes);
    }
    return new CallSettings(
        keys != null,
        wire(wire, services, keys != null),
        new Clock(time),
        services,
        new Failures(failures, log),
        List.copyOf(outgoing),
        List.copyOf(incoming),
        new CallLimits(maxPending, maxRunningPerConnection),
        window,
        new EndpointCallCounts(maxRunning, maxRunningBytes),
        compressAbove,
        SettingChecks.nanos(defaultTimeout),
        SettingChecks.nanos(greetingTimeout),
        SettingChecks.nanos(drainGrace),
        greeting,
        json,
        shapes,
        keys,
        log);
  }

  /**
   * Creates a protocol.
   *
   * @param kind which
   * @param services the offered services
   * @param isServer whether this side is a server
   */
  Wire wire(RpcWire kind, Services services, boolean isServer) {
    WireLimits limits = wireLimits();
    return switch (kind) {
      case GANNET -> new GannetWire(limits);
      case GETTY -> new GettyWire(maxRunningPerConnection);
      case GRPC, HTTP -> {
        WireProvider provider = WireProvider.load(kind, "gannet-grpc");
        yield isServer
            ? provider.ofServer(
                new WireProvider.Endpoint(
                    wires(),
                    limits,
                    window,
                    maxRunningPerConnection,
                    services::describe,
                    origins(),
                    hosts()))
            : provider.ofClient(limits, window);
      }
    };
  }

  private WireLimits wireLimits() {
    return new WireLimits(metadataEntries, metadataBytes);
  }

  private void addServicesOfProtocol(Services services, ServiceShapes shapes) {
    WireProvider.Additions additions =
        WireProvider.load(RpcWire.GRPC, "gannet-grpc")
            .additions(new WireProvider.Introspection(services, reflection, isServing));
    if (!additions.offers().isEmpty()) {
      beforeDrain = additions.beforeDrain();
    }
    for (WireProvider.Offer offer : additions.offers()) {
      ServiceShape shape = shapes.of(offer.type());
      if (!services.has(shape.name())) { // the user's own takes precedence
        services.add(shape, offer.implementation());
      }
    }
  }

  /** {@return the protocols} */
  Set<RpcWire> wires() {
    return EnumSet.of(wire);
  }

  /** {@return whether a protocol is used} */
  final boolean speaks(RpcWire kind) {
    return wires().contains(kind);
  }

  /**
   * {@return what the services of the protocol do when the server is about to stop; null if there
   * are none}
   */
  @Nullable Runnable beforeDrain() {
    return beforeDrain;
  }

  private Services services(ServiceShapes shapes) {
    Services services = new Services();
    for (Offer offer : offers) {
      services.add(shapes.of(offer.type()), offer.implementation());
    }
    return services;
  }

  /**
   * {@return the settings for the transport}
   *
   * @param used the protocol
   */
  TransportSetup transportSetup(Wire used) {
    Duration period = heartbeatPeriod;
    if (period == null) {
      period = used.sendsHeartbeats() ? USUAL_HEARTBEAT : Duration.ZERO;
    }
    return new TransportSetup(time, period, heartbeatTimeout);
  }

  /** {@return the origins whose pages may call over HTTP} */
  Set<String> origins() {
    return Set.of();
  }

  /** {@return the host names by which browsers may call over HTTP} */
  Set<String> hosts() {
    return Set.of();
  }

  /** {@return gRPC's protocol for a client} */
  Wire grpcOfClient() {
    return wire(RpcWire.GRPC, new Services(), false);
  }

  TimeSource time() {
    return time;
  }

  @Override
  public <T> B service(Class<T> type, T implementation) {
    Objects.requireNonNull(implementation, "implementation");
    offers.add(new Offer(type, implementation));
    try {
      services(new ServiceShapes(json)); // reports errors in the interfaces early
    } catch (IllegalArgumentException e) {
      offers.removeLast();
      throw e;
    }
    return self();
  }

  @Override
  public <E extends Exception> B exception(
      Class<E> type,
      String name,
      Function<E, Map<String, String>> details,
      BiFunction<String, Map<String, String>, E> factory) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(details, "details");
    Objects.requireNonNull(factory, "factory");
    failures.add(type, name, details, factory);
    return self();
  }

  @Override
  public B interceptOutgoing(RpcInterceptor interceptor) {
    outgoing.add(Objects.requireNonNull(interceptor, "interceptOutgoing"));
    return self();
  }

  @Override
  public B wire(RpcWire value) {
    wire = Objects.requireNonNull(value, "wire");
    return self();
  }

  @Override
  public B interceptIncoming(RpcInterceptor interceptor) {
    incoming.add(Objects.requireNonNull(interceptor, "interceptIncoming"));
    return self();
  }

  @Override
  public B reflection() {
    reflection = true;
    return self();
  }

  @Override
  public B health(Predicate<String> predicate) {
    isServing = Objects.requireNonNull(predicate, "isServing");
    return self();
  }

  @Override
  public B defaultTimeout(Duration timeout) {
    defaultTimeout = SettingChecks.positive(timeout, "defaultTimeout");
    return self();
  }

  @Override
  public B maxPendingCalls(int calls) {
    maxPending = SettingChecks.inRange(calls, 1, 1 << 20, "maxPendingCalls");
    return self();
  }

  @Override
  public B maxRunningCallsPerConnection(int calls) {
    maxRunningPerConnection =
        SettingChecks.inRange(calls, 1, Integer.MAX_VALUE, "maxRunningCallsPerConnection");
    return self();
  }

  @Override
  public B maxRunningCalls(int calls) {
    maxRunning = SettingChecks.inRange(calls, 1, Integer.MAX_VALUE, "maxRunningCalls");
    return self();
  }

  @Override
  public B maxRunningBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxRunningBytes must be positive: " + bytes);
    }
    maxRunningBytes = bytes;
    return self();
  }

  @Override
  public B streamWindow(int items, int bytes) {
    window =
        new Frame.Window(
            SettingChecks.inRange(items, 1, 1 << 20, "streamWindow items"),
            SettingChecks.inRange(bytes, 1, 1 << 30, "streamWindow bytes"));
    return self();
  }

  @Override
  public B compressAbove(int bytes) {
    compressAbove = SettingChecks.inRange(bytes, 0, Integer.MAX_VALUE, "compressAbove");
    return self();
  }

  @Override
  public B maxMetadata(int entries, int bytes) {
    metadataEntries = SettingChecks.inRange(entries, 0, 10_000, "maxMetadata entries");
    metadataBytes = SettingChecks.inRange(bytes, 0, 60_000, "maxMetadata bytes");
    return self();
  }

  @Override
  public B greeting(Metadata value) {
    greeting = Objects.requireNonNull(value, "greeting");
    return self();
  }

  @Override
  public B greetingTimeout(Duration timeout) {
    greetingTimeout = SettingChecks.positive(timeout, "greetingTimeout");
    return self();
  }

  @Override
  public B heartbeat(Duration period, Duration timeout) {
    heartbeatPeriod = SettingChecks.notNegative(period, "heartbeat period");
    heartbeatTimeout = SettingChecks.notNegative(timeout, "heartbeat timeout");
    return self();
  }

  @Override
  public B json(JsonMapper value) {
    json = new JsonTypes(Objects.requireNonNull(value, "json"));
    return self();
  }

  @Override
  public B exposeStacks() {
    failures.exposeStacks();
    return self();
  }

  @Override
  public B drainGrace(Duration grace) {
    drainGrace = SettingChecks.notNegative(grace, "drainGrace");
    return self();
  }

  @Override
  public B time(TimeSource value) {
    time = Objects.requireNonNull(value, "time");
    return self();
  }
}
