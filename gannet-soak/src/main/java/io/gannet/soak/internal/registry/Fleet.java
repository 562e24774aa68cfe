package io.gannet.soak.internal.registry;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Providers and consumers on one registry, each with its own session. Not thread-safe. */
final class Fleet implements AutoCloseable {

  private final List<String> services;
  private final List<Provider> providers = new ArrayList<>();
  private final List<Consumer> consumers = new ArrayList<>();

  /**
   * Connects all providers and consumers.
   *
   * @param uri the registry
   * @param services the number of services
   * @param providers the number of providers
   * @param consumers the number of consumers, which watch all services
   */
  Fleet(String uri, int services, int providers, int consumers) {
    // A long timeout, because all registries start at once and wait for each other.
    RegistryOptions options = RegistryOptions.defaults().withStartTimeout(Duration.ofMinutes(1));
    this.services = IntStream.range(0, services).mapToObj("Service%d"::formatted).toList();
    for (int i = 0; i < providers; i++) {
      this.providers.add(new Provider(Registry.open(uri, options)));
    }
    for (int i = 0; i < consumers; i++) {
      this.consumers.add(new Consumer(Registry.open(uri, options), this.services));
    }
  }

  List<String> services() {
    return services;
  }

  List<Provider> providers() {
    return providers;
  }

  List<Consumer> consumers() {
    return consumers;
  }

  /** {@return an instance of one of the services} */
  Instance instance(int number, String id) {
    String address = "10.0.%d.%d:7000".formatted(number / 250 % 250, number % 250 + 1);
    return Instance.of(services.get(number % services.size()), "tcp", address).withId(id);
  }

  /** Registers instances, distributed over all providers and services. */
  void register(int instances) {
    for (int i = 0; i < instances; i++) {
      providers.get(i % providers.size()).register(instance(i, "i" + i));
    }
  }

  /** {@return whether everything is registered, and the lists of all consumers are correct} */
  boolean isSettled() {
    return providers.stream().allMatch(Provider::isSettled)
        && consumers.stream().allMatch(Consumer::isLive)
        && wrong() == 0;
  }

  /** {@return the number of wrong lists of all consumers} */
  long wrong() {
    Map<String, Map<String, Instance>> truth = truth();
    return consumers.stream().mapToLong(consumer -> consumer.wrong(truth)).sum();
  }

  /** {@return the registered instances, by service and id} */
  Map<String, Map<String, Instance>> truth() {
    Map<String, Map<String, Instance>> truth = new HashMap<>();
    providers.forEach(provider -> provider.addTo(truth));
    return truth;
  }

  private Stream<Registry> registries() {
    return Stream.concat(
        providers.stream().map(Provider::registry), consumers.stream().map(Consumer::registry));
  }

  /** {@return the number of requests of all of them to the registry's server} */
  long requests() {
    return registries().mapToLong(registry -> registry.stats().requests()).sum();
  }

  long failures() {
    return registries().mapToLong(registry -> registry.stats().failures()).sum();
  }

  long listings() {
    return registries().mapToLong(registry -> registry.stats().listings()).sum();
  }

  long overflows() {
    return registries().mapToLong(registry -> registry.stats().overflows()).sum();
  }

  @Override
  public void close() {
    // In parallel, because a registry that can't reach the server waits while it closes.
    List<Thread> closing =
        Stream.<AutoCloseable>concat(providers.stream(), consumers.stream())
            .map(each ->
                Thread.ofVirtual()
                    .start(() -> {
                      try {
                        each.close();
                      } catch (Exception e) {
                        throw new IllegalStateException(e);
                      }
                    }))
            .toList();
    for (Thread thread : closing) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
