package io.gannet.rpc.internal.service;

import io.gannet.rpc.Health;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.function.Predicate;

/** The health service: reports the status that the offering side has set for its services. */
public final class HealthService implements Health {

  private final Services services;
  private final Predicate<String> isServing;

  /**
   * Creates the service.
   *
   * @param services the offered services
   * @param isServing whether a service is serving, by its name; an empty name means all services
   */
  public HealthService(Services services, Predicate<String> isServing) {
    this.services = services;
    this.isServing = isServing;
  }

  @Override
  public Status check(String service) {
    if (!service.isEmpty() && !services.has(service)) {
      throw new RpcException(RpcCode.NOT_FOUND, "there is no service '%s'".formatted(service));
    }
    return isServing.test(service) ? Status.SERVING : Status.NOT_SERVING;
  }
}
