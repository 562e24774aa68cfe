package io.gannet.discovery.internal;

import io.gannet.discovery.Advertising;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryStats;
import io.gannet.discovery.RegistryStatus;
import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.RpcServer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The registry that users work with. */
final class DefaultRegistry implements Registry {

  private final RegistryCore core;
  private final Map<EntryKey, KeptRegistration> registrations = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Completes when this is closed. */
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  DefaultRegistry(RegistryCore core) {
    this.core = core;
  }

  /** Waits for the first connection. Closes the registry if there is none in time. */
  void awaitConnection(Duration timeout) {
    try {
      core.firstConnection().future().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      Throwable cause = core.status().cause();
      close();
      throw new RegistryException(
          "can't connect to %s within %s (RegistryOptions.withStartTimeout; zero doesn't wait)%s"
              .formatted(core.uri(), timeout, cause == null ? "" : ": " + Causes.describe(cause)),
          cause);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new RegistryException("interrupted while connecting to " + core.uri(), e);
    }
  }

  @Override
  public RegistryUri uri() {
    return core.uri();
  }

  @Override
  public Registration register(Instance instance) {
    checkOpen();
    EntryKey key = EntryKey.of(instance);
    KeptRegistration registration =
        new KeptRegistration(core, instance, self -> registrations.remove(key, self));
    if (registrations.putIfAbsent(key, registration) != null) {
      throw new IllegalStateException(
          "%s is already registered; update that registration, or choose another id"
              .formatted(key));
    }
    core.execute(() -> core.keepers().want(key, registration));
    if (closed) {
      registration.left();
    }
    return registration;
  }

  @Override
  public Registration advertise(RpcServer server, Advertising what) {
    checkOpen();
    Registration registration =
        register(new AdvertisedAddress(what, core.uri()).of(server.addresses()));
    server.beforeDrain(() -> farewell(registration, what.notice()));
    return registration;
  }

  /** Leaves the registry, and waits until consumers have had time to notice. */
  private void farewell(Registration registration, Duration notice) {
    if (registration.state() == Registration.State.LEFT) {
      return;
    }
    registration.close();
    CompletableFuture<Void> seen = new CompletableFuture<>();
    core.execute(() -> core.schedule(notice, () -> seen.complete(null)));
    CompletableFuture.anyOf(seen, ended).join(); // a closed registry doesn't wait
  }

  @Override
  public Directory watch(String service) {
    return core.watches().follow(service);
  }

  @Override
  public List<String> services() throws InterruptedException {
    checkOpen();
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    core.execute(() -> askForServices(names));
    try {
      return names.get();
    } catch (ExecutionException e) {
      throw new RegistryException(
          "can't list the services of %s: %s".formatted(core.uri(), Causes.describe(e)),
          e.getCause());
    }
  }

  private void askForServices(CompletableFuture<List<String>> names) {
    if (!core.isConnected()) {
      names.completeExceptionally(
          new RegistryException("it is " + core.status().state(), core.status().cause()));
      return;
    }
    core.<Collection<String>>ask(
        core.driver()::services,
        (found, error) -> {
          if (found == null) {
            names.completeExceptionally(
                error == null ? new IllegalStateException("no answer") : error);
          } else {
            names.complete(found.stream().sorted().toList());
          }
        });
  }

  @Override
  public RegistryStatus status() {
    return core.status();
  }

  @Override
  public RegistryStats stats() {
    Counters counters = core.counters();
    return new RegistryCounts(
        counters.requests.sum(),
        counters.failures.sum(),
        counters.sessions.sum(),
        counters.disconnects.sum(),
        counters.puts.sum(),
        counters.restored.sum(),
        counters.listings.sum(),
        counters.events.sum(),
        counters.overflows.sum(),
        counters.skipped.sum(),
        registrations.size(),
        core.watches().size());
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    core.execute(() -> {
      core.close();
      ended.complete(null);
    });
    ended.join();
    core.driver().close();
    core.loop().close();
    registrations.clear();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(core.uri() + " is closed");
    }
  }

  @Override
  public String toString() {
    return "%s %s".formatted(core.uri(), core.status().state());
  }
}
