package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcWire;
import io.gannet.spring.boot.GannetServerCustomizer;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TransportException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;

/** Builds and starts the server. */
final class ServerStarter {

  private final ServerProperties properties;
  private final ConfigurableListableBeanFactory beans;
  private final ServiceBeans services;
  private final TlsBundles bundles;

  ServerStarter(
      ServerProperties properties,
      ConfigurableListableBeanFactory beans,
      ServiceBeans services,
      TlsBundles bundles) {
    this.properties = properties;
    this.beans = beans;
    this.services = services;
    this.bundles = bundles;
  }

  Set<Class<?>> services() {
    return services.types();
  }

  /** Passes on the TLS settings whenever the bundle of the server is reloaded. */
  void onTlsUpdate(Consumer<ServerTls> changed) {
    @Nullable String bundle = properties.ssl().bundle();
    if (bundle != null) {
      bundles.onServerUpdate(bundle, properties.ssl().clientCertificates(), changed);
    }
  }

  /**
   * {@return the started server, or null if there is nothing to offer}
   *
   * @throws ConfigurationFailedException if it can't be started
   */
  @Nullable RpcServer start() {
    Map<Class<?>, String> offers = services.names();
    List<GannetServerCustomizer> customizers =
        beans.getBeanProvider(GannetServerCustomizer.class).orderedStream().toList();
    boolean offersSomething = !offers.isEmpty() || !customizers.isEmpty();
    @Nullable Boolean enabled = properties.enabled();
    if (enabled == null ? !offersSomething : !enabled) {
      return null;
    }
    ListenUris listen = ListenUris.of(properties);
    RpcServerBuilder builder =
        RpcServer.over(listen.listen()).transport(transport -> apply(listen, transport));
    beans
        .getBeanProvider(Instrumentation.class)
        .orderedStream()
        .forEach(i -> i.instrument(builder));
    applyProperties(builder, listen);
    offers.forEach((type, name) -> offer(builder, type, name));
    customizers.forEach(customizer -> customizer.customize(builder));
    return start(builder, listen);
  }

  private void applyProperties(RpcServerBuilder builder, ListenUris listen) {
    properties.limits().applyTo(builder);
    builder.drainGrace(properties.drainGrace());
    if (!properties.httpOrigins().isEmpty()) {
      builder.httpOrigins(properties.httpOrigins().toArray(String[]::new));
    }
    if (properties.reflection()) {
      builder.reflection();
    }
    if (properties.health()) {
      ObjectProvider<ApplicationAvailability> availability =
          beans.getBeanProvider(ApplicationAvailability.class);
      builder.health(service -> isReady(availability.getIfAvailable()));
    }
    setWires(builder, wires(listen));
  }

  private static boolean isReady(@Nullable ApplicationAvailability availability) {
    return availability == null
        || availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
  }

  private List<RpcWire> wires(ListenUris listen) {
    if (!properties.wires().isEmpty()) {
      return properties.wires();
    }
    boolean all = !listen.isWebSocket() && Wires.hasGrpc();
    // HTTP before gRPC: curl and browsers negotiate it in TLS, rather than HTTP/2
    return all ? List.of(RpcWire.GANNET, RpcWire.HTTP, RpcWire.GRPC) : List.of(RpcWire.GANNET);
  }

  private static void setWires(RpcServerBuilder builder, List<RpcWire> wires) {
    Wires.check(wires, "gannet.server.wires");
    if (wires.size() == 1) {
      builder.wire(wires.getFirst());
      return;
    }
    RpcWire[] more = wires.subList(2, wires.size()).toArray(RpcWire[]::new);
    try {
      builder.wire(wires.get(0), wires.get(1), more);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationFailedException(
          "gannet.server.wires is %s: %s.".formatted(wires, e.getMessage()),
          "Name each protocol once, and getty alone.",
          e);
    }
  }

  private void apply(ListenUris listen, ServerBuilder<?> transport) {
    transport.name("gannet-server");
    listen.listenAlso(transport);
    properties.limits().applyTo(transport);
    if (properties.maxConnections() != null) {
      transport.maxSessions(properties.maxConnections());
    }
    @Nullable String bundle = properties.ssl().bundle();
    if (bundle != null) {
      transport.tls(bundles.server(bundle, properties.ssl().clientCertificates()));
    }
  }

  private <T> void offer(RpcServerBuilder builder, Class<T> type, String bean) {
    try {
      builder.service(type, beans.getBean(bean, type));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationFailedException(
          "The bean %s can't be offered as the service %s: %s."
              .formatted(bean, type.getName(), e.getMessage()),
          "Change the interface, or remove @RpcService from it.",
          e);
    }
  }

  private static RpcServer start(RpcServerBuilder builder, ListenUris listen) {
    try {
      return builder.start();
    } catch (TransportException e) {
      throw new ConfigurationFailedException(
          "The Gannet server can't start on %s: %s.".formatted(listen, e.getMessage()),
          "Stop the program that uses the address, or set gannet.server.port to another port, or to"
              + " 0 for any free one.",
          e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new ConfigurationFailedException(
          "The Gannet server can't start on %s: %s.".formatted(listen, e.getMessage()),
          "Change the properties gannet.server.* or the GannetServerCustomizer beans.",
          e);
    }
  }
}
