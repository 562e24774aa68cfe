package io.gannet.spring.boot.internal;

import io.gannet.discovery.Advertising;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcWire;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.StringUtils;

/**
 * Registers the server while the application is ready. It leaves when the application says that it
 * refuses traffic, and when it drains.
 */
final class Advertiser
    implements SmartLifecycle, ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

  /** A bean that exists only in an application that tells when it is ready. */
  private static final String SIGN_OF_EVENTS = "springApplicationArguments";

  private final ManagedServer server;
  private final ServerProperties properties;
  private final Registry registry;
  private final ApplicationContext context;
  private @Nullable Registration registration;
  private boolean running;

  Advertiser(
      ManagedServer server,
      ServerProperties properties,
      Registry registry,
      ApplicationContext context) {
    this.server = server;
    this.properties = properties;
    this.registry = registry;
    this.context = context;
  }

  @Override
  public void start() {
    running = true;
    if (!context.containsBean(SIGN_OF_EVENTS)) {
      register();
    }
  }

  @Override
  public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
    if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC) {
      register();
    } else {
      leave();
    }
  }

  private synchronized void register() {
    @Nullable RpcServer started = server.running();
    boolean registered = registration != null && registration.state() != Registration.State.LEFT;
    if (running && started != null && !registered) {
      try {
        registration = registry.advertise(started, advertising());
      } catch (IllegalStateException | IllegalArgumentException e) {
        throw new ConfigurationFailedException(
            "The Gannet server can't be registered in %s: %s."
                .formatted(registry.uri(), e.getMessage()),
            "Set gannet.server.advertise.address to a host, or HOST:PORT, at which clients reach"
                + " it.",
            e);
      }
    }
  }

  private synchronized void leave() {
    if (registration != null) {
      registration.leave();
      registration = null;
    }
  }

  private Advertising advertising() {
    ServerProperties.Advertise what = properties.advertise();
    ListenUris listen = ListenUris.of(properties);
    @Nullable String service = what.service();
    if (!StringUtils.hasText(service)) {
      service = context.getEnvironment().getProperty("spring.application.name");
    }
    if (!StringUtils.hasText(service)) {
      throw new ConfigurationFailedException(
          "The Gannet server has no name to register in %s.".formatted(registry.uri()),
          "Set spring.application.name, or gannet.server.advertise.service.");
    }
    Advertising advertising =
        Advertising.of(service)
            .withVersion(what.version())
            .withGroup(what.group())
            .withZone(what.zone())
            .withWeight(what.weight())
            .withMetadata(what.metadata())
            .withNotice(what.notice())
            .withPath(listen.isWebSocket() ? listen.path() : "")
            .withProtocol(protocol(listen));
    @Nullable String address = what.address();
    return address == null ? advertising : advertising.withAddress(address);
  }

  private String protocol(ListenUris listen) {
    boolean grpcOnly =
        !properties.wires().isEmpty()
            && !properties.wires().contains(RpcWire.GANNET)
            && properties.wires().contains(RpcWire.GRPC);
    if (grpcOnly && !listen.isWebSocket()) {
      return listen.isEncrypted() ? "grpcs" : "grpc";
    }
    return listen.scheme();
  }

  /** The drain of the server leaves the registry itself, and waits for consumers to notice. */
  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Phases.CONNECT;
  }

  @Override
  public boolean isPauseable() {
    return false;
  }
}
