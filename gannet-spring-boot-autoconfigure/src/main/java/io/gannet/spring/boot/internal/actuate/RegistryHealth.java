package io.gannet.spring.boot.internal.actuate;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryStatus;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Whether the registry can be queried. Calls go on with the last list while it can't. */
final class RegistryHealth extends AbstractHealthIndicator {

  private final Registry registry;

  RegistryHealth(Registry registry) {
    super("the health of the registry can't be read");
    this.registry = registry;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    RegistryStatus status = registry.status();
    boolean connected = status.state() == RegistryStatus.State.CONNECTED;
    health
        .status(connected ? "UP" : "DOWN")
        .withDetail("registry", registry.uri().toString())
        .withDetail("state", status.state().toString())
        .withDetail("since", status.since().toString());
    if (status.cause() != null) {
      health.withDetail("cause", String.valueOf(status.cause().getMessage()));
    }
  }
}
