package io.gannet.spring.boot.internal;

import io.gannet.discovery.Registry;
import io.gannet.rpc.Balancer;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.PublishedDirectory;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcClusterBuilder;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcWire;
import io.gannet.rpc.balancer.Balancers;
import io.gannet.spring.boot.GannetClientCustomizer;
import io.gannet.transport.ClientTls;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;

/** Builds and starts clients. */
final class ClientStarter {

  private static final Set<String> SCHEMES =
      Set.of("tcp", "tls", "grpc", "grpcs", "ws", "wss", "unix", "dns");

  /** The address of the server of the same application. */
  private static final List<String> SELF = List.of("self");

  private static final Duration DNS_REFRESH = Duration.ofSeconds(10);

  private final GannetProperties properties;
  private final ConfigurableListableBeanFactory beans;
  private final @Nullable ManagedServer server;
  private final ServiceBeans services;
  private final TlsBundles bundles;
  private final ClientProperties defaults;

  ClientStarter(
      GannetProperties properties,
      ConfigurableListableBeanFactory beans,
      @Nullable ManagedServer server,
      ServiceBeans services,
      TlsBundles bundles) {
    this.properties = properties;
    this.beans = beans;
    this.server = server;
    this.services = services;
    this.bundles = bundles;
    this.defaults = new Binder(List.of()).bindOrCreate("gannet", ClientProperties.class);
  }

  private ClientProperties properties(String name) {
    return properties.clients().getOrDefault(name, defaults);
  }

  private @Nullable Registry registry() {
    return beans.getBeanProvider(Registry.class).getIfAvailable();
  }

  /**
   * Checks that a client knows whom to call.
   *
   * @param managed the client
   * @throws ConfigurationFailedException if it doesn't
   */
  void check(ManagedClient managed) {
    String name = managed.name();
    ClientProperties client = properties(name);
    boolean self = client.address().equals(SELF);
    if (!self) {
      client.address().forEach(address -> uri(name, client, address));
    }
    Wires.check(List.of(client.wire()), "gannet.clients.%s.wire".formatted(name));
    if (client.wire() == RpcWire.HTTP) {
      throw new ConfigurationFailedException(
          "gannet.clients.%s.wire is http, which only servers support.".formatted(name),
          "Use gannet, or grpc.");
    }
    if (!self && (!client.address().isEmpty() || registry() != null)) {
      return;
    }
    Set<Class<?>> called = managed.called();
    Set<Class<?>> offered = server == null ? Set.of() : services.types();
    if (!offered.containsAll(called) || (called.isEmpty() && !self)) {
      throw new ConfigurationFailedException(
          "The Gannet client %s has %s, and this application doesn't offer what it calls: %s."
              .formatted(
                  name,
                  self ? "the address self" : "no address, there is no registry",
                  called.stream().map(Class::getName).sorted().toList()),
          "Set gannet.clients.%s.address to HOST:PORT, or gannet.registry.uri.".formatted(name));
    }
    if (properties.server().ssl().bundle() != null) {
      throw new ConfigurationFailedException(
          "The Gannet client %s calls this application, but without the name in the certificate of its server."
              .formatted(name),
          "Set gannet.clients.%s.address to the name in its certificate and the port, and gannet.clients.%s.ssl.bundle."
              .formatted(name, name));
    }
  }

  /** {@return the started client} */
  RpcCluster start(ManagedClient managed) {
    check(managed);
    String name = managed.name();
    ClientProperties client = properties(name);
    RpcClusterBuilder builder =
        RpcClient.over(directory(name, client))
            .wire(client.wire())
            .defaultTimeout(client.timeout())
            .connectionWait(client.connectionWait())
            .connections(client.connections())
            .drainGrace(client.drainGrace())
            .transport(transport -> {
              transport.name("gannet-client-" + name);
              client.limits().applyTo(transport);
            })
            .balancer(balancer(client));
    client.limits().applyTo(builder);
    if (client.group() != null) {
      builder.group(client.group());
    }
    if (client.version() != null) {
      builder.version(client.version());
    }
    @Nullable String bundle = client.ssl().bundle();
    if (bundle != null) {
      builder.tls(tls(name, bundle));
      if (client.ssl().allowPlaintext()) {
        builder.allowPlaintext();
      }
    }
    List<Instrumentation> instrumentation =
        beans.getBeanProvider(Instrumentation.class).orderedStream().toList();
    instrumentation.forEach(each -> each.instrument(builder));
    beans
        .getBeanProvider(GannetClientCustomizer.class)
        .orderedStream()
        .forEach(customizer -> customizer.customize(name, builder));
    RpcCluster started = builder.start();
    if (bundle != null) {
      bundles.onClientUpdate(bundle, started::updateTls);
    }
    instrumentation.forEach(each -> each.started(name, started));
    return started;
  }

  private ClientTls tls(String name, String bundle) {
    return bundles.client(bundle, "gannet.clients.%s.ssl.bundle".formatted(name));
  }

  private Directory directory(String name, ClientProperties client) {
    @Nullable Registry registry = registry();
    boolean self = client.address().equals(SELF);
    if (self || (client.address().isEmpty() && registry == null)) {
      return self(name);
    }
    if (client.address().isEmpty() && registry != null) {
      @Nullable String service = client.service();
      return registry.watch(service == null ? name : service);
    }
    List<String> uris =
        client.address().stream().map(address -> uri(name, client, address)).toList();
    if (uris.size() == 1 && uris.getFirst().startsWith("dns://")) {
      String protocol = client.ssl().bundle() == null ? "tcp" : "tls";
      String address = uris.getFirst().substring("dns://".length());
      return Directory.dns(Instance.of(name, protocol, address), DNS_REFRESH);
    }
    return Directory.of(name, uris.toArray(String[]::new));
  }

  /** The server of this application, once it has started. */
  private Directory self(String name) {
    PublishedDirectory own = Directory.published(name);
    Objects.requireNonNull(server, "server")
        .onStart(started -> own.publish(List.of(instance(name, started))));
    return own;
  }

  private Instance instance(String name, RpcServer started) {
    ListenUris listen = ListenUris.of(properties.server());
    SocketAddress first = started.addresses().getFirst();
    if (!(first instanceof InetSocketAddress address)) {
      return Instance.of(name, "unix", listen.path());
    }
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "localhost"
            : address.getAddress().getHostAddress();
    String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    return Instance.of(
        name, listen.scheme(), listen.isWebSocket() ? authority + listen.path() : authority);
  }

  /** {@return an address as a URI} Throws if it isn't one. */
  private static String uri(String name, ClientProperties client, String address) {
    int colon = address.indexOf("://");
    boolean encrypted = client.ssl().bundle() != null;
    String uri = colon >= 0 ? address : (encrypted ? "tls://" : "tcp://") + address;
    String scheme = uri.substring(0, uri.indexOf("://"));
    if (!SCHEMES.contains(scheme) || (scheme.equals("dns") && client.address().size() > 1)) {
      throw new ConfigurationFailedException(
          "gannet.clients.%s.address is %s, which isn't an address of a server."
              .formatted(name, address),
          "Use HOST:PORT, or a URI with tcp, tls, grpc, grpcs, ws, wss or unix; or a single"
              + " dns://HOST:PORT.");
    }
    if (scheme.startsWith("grpc")) {
      Wires.check(
          List.of(RpcWire.GRPC), "The protocol of gannet.clients.%s.address".formatted(name));
    }
    try {
      Instance unused = Instance.of(name, scheme, uri.substring(scheme.length() + 3));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationFailedException(
          "gannet.clients.%s.address is %s: %s.".formatted(name, address, e.getMessage()),
          "Use HOST:PORT.",
          e);
    }
    return uri;
  }

  private static Balancer balancer(ClientProperties client) {
    Balancer balancer =
        switch (client.balancer()) {
          case LEAST_PENDING -> Balancers.leastPending();
          case ROUND_ROBIN -> Balancers.roundRobin();
          case WEIGHTED -> Balancers.weighted();
          case RANDOM -> Balancers.random();
          case CONSISTENT_HASH -> Balancers.consistentHash();
        };
    return client.zone() == null ? balancer : Balancers.zoneFirst(client.zone(), balancer);
  }
}
