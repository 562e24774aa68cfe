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

/** Providers and consumers on one registry, each with a session of its own. For one thread. */
final class Fleet implements AutoCloseable {

  private final List<String> services;
  private final List<Provider> providers = new ArrayList<>();
  private final List<Consumer> consumers = new ArrayList<>();

  /**
   * Connects all.
   *
   * @param uri the registry
   * @param services how many services there are
   * @param providers how many providers
   * @param consumers how many consumers, which watch all services
   */
  Fleet(String uri, int services, int providers, int consumers) {
    // Where all of them start at once, each waits for the others.
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

  /** Registers instances, spread over all providers and services. */
  void register(int instances) {
    for (int i = 0; i < instances; i++) {
      providers.get(i % providers.size()).register(instance(i, "i" + i));
    }
  }

  /** {@return whether everything is registered, and all consumers know exactly that} */
  boolean isSettled() {
    return providers.stream().allMatch(Provider::isSettled)
        && consumers.stream().allMatch(Consumer::isLive)
        && wrong() == 0;
  }

  /** {@return how many lists of all consumers are otherwise than they should be} */
  long wrong() {
    Map<String, Map<String, Instance>> truth = truth();
    return consumers.stream().mapToLong(consumer -> consumer.wrong(truth)).sum();
  }

  /** {@return what is offered, by service and id} */
  Map<String, Map<String, Instance>> truth() {
    Map<String, Map<String, Instance>> truth = new HashMap<>();
    providers.forEach(provider -> provider.addTo(truth));
    return truth;
  }

  private Stream<Registry> registries() {
    return Stream.concat(
        providers.stream().map(Provider::registry), consumers.stream().map(Consumer::registry));
  }

  /** {@return the requests that all of them have sent to the registry's server} */
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
    // All at once, as one that can't say goodbye waits for that.
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
