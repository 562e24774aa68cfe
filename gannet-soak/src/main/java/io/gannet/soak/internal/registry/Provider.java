package io.gannet.soak.internal.registry;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryStatus;
import io.gannet.rpc.Instance;
import java.util.LinkedHashMap;
import java.util.Map;

/** Registers instances like a provider in its own process. Not thread-safe. */
final class Provider implements AutoCloseable {

  private final Registry registry;
  private final Map<String, Registration> registrations = new LinkedHashMap<>();

  Provider(Registry registry) {
    this.registry = registry;
  }

  Registry registry() {
    return registry;
  }

  Registration register(Instance instance) {
    Registration registration = registry.register(instance);
    registrations.put(instance.id(), registration);
    return registration;
  }

  /** Starts to leave. */
  void leave(String id) {
    Registration registration = registrations.remove(id);
    if (registration != null) {
      registration.leave();
    }
  }

  boolean isRegistered(String id) {
    return registrations.containsKey(id);
  }

  /** {@return whether the registry has exactly the instances of this provider} */
  boolean isSettled() {
    return registry.status().state() == RegistryStatus.State.CONNECTED
        && registrations.values().stream()
            .allMatch(each -> each.state() == Registration.State.REGISTERED);
  }

  /** Adds the instances of this provider, by service and id. */
  void addTo(Map<String, Map<String, Instance>> truth) {
    for (Registration registration : registrations.values()) {
      Instance instance = registration.instance();
      truth
          .computeIfAbsent(instance.service(), any -> new LinkedHashMap<>())
          .put(instance.id(), instance);
    }
  }

  @Override
  public void close() {
    registry.close();
  }
}
