package io.gannet.cli.internal.cluster;

import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.common.Waiting;
import io.gannet.cli.internal.process.RegistryKind;
import io.gannet.cli.internal.process.RegistryServer;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A registry, providers in processes of their own, and a consumer in this one. For one thread. */
public final class ShopCluster implements AutoCloseable {

  private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A machine may be so busy that the first request takes many seconds. */
  private static final int START_SECONDS = 60;

  private final @Nullable RegistryServer server;
  private final String uri;
  private final List<RunningProvider> providers = new ArrayList<>();
  private final Registry registry;
  private final RpcCluster client;
  private final Confirmations confirmations = new Confirmations();

  /**
   * Starts the registry and the consumer.
   *
   * @param kind the kind of registry
   * @param sessionTimeoutSeconds after how many seconds the registry removes a killed provider
   * @throws CommandFailedException if the registry can't be started
   * @throws InterruptedException if the thread is interrupted
   */
  public ShopCluster(RegistryKind kind, int sessionTimeoutSeconds) throws InterruptedException {
    server = kind == RegistryKind.MEMORY ? null : RegistryServer.start(kind);
    // A unique name, because other code in this process may have a registry in memory too.
    uri =
        server == null
            ? "memory:cluster-%08x".formatted(ThreadLocalRandom.current().nextInt())
            : "%s?session-timeout=%ds&start-timeout=%ds"
                .formatted(server.uri(), sessionTimeoutSeconds, START_SECONDS);
    try {
      registry = Registry.open(uri);
    } catch (RegistryException e) {
      if (server != null) {
        server.close();
      }
      throw new CommandFailedException(
          "the demo's %s is running but did not accept a connection within %d s; the machine may"
                  .formatted(kind, START_SECONDS)
              + " be too busy: "
              + e.getMessage(),
          e);
    }
    client =
        RpcClient.over(registry.watch(ProviderCommand.SERVICE))
            .service(Buyer.class, confirmations)
            .warmUp(Duration.ofSeconds(1))
            .start();
  }

  /** {@return the server of the registry; null if it is in memory} */
  public @Nullable RegistryServer server() {
    return server;
  }

  /** {@return the URI of the registry} */
  public String uri() {
    return server == null ? "memory:" : server.uri();
  }

  /** {@return the consumer's client} */
  public RpcCluster client() {
    return client;
  }

  /** {@return the consumer's service, which confirms orders} */
  public Confirmations confirmations() {
    return confirmations;
  }

  /**
   * Starts providers at the same time, and waits until the consumer is connected to them.
   *
   * @param names the names of the providers
   * @return the providers
   * @throws CommandFailedException if a provider can't be started
   * @throws InterruptedException if the thread is interrupted
   */
  public List<RunningProvider> start(String... names) throws InterruptedException {
    List<CompletableFuture<RunningProvider>> starting = new ArrayList<>();
    for (String name : names) {
      starting.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return RunningProvider.start(name, uri);
                } catch (InterruptedException e) {
                  throw new CompletionException(e);
                }
              },
              VIRTUAL));
    }
    List<RunningProvider> started = new ArrayList<>();
    try {
      for (CompletableFuture<RunningProvider> each : starting) {
        RunningProvider provider = each.join();
        started.add(provider);
        providers.add(provider);
      }
    } catch (CompletionException e) {
      throw e.getCause() instanceof CommandFailedException failed ? failed : e;
    }
    for (RunningProvider provider : started) {
      awaitConnection(provider);
    }
    return started;
  }

  private void awaitConnection(RunningProvider provider) throws InterruptedException {
    String address = "127.0.0.1:" + provider.port();
    boolean isConnected =
        Waiting.until(
            PATIENCE,
            () ->
                client.instances().stream()
                    .anyMatch(each ->
                        each.instance().address().equals(address) && each.connections() > 0));
    if (!isConnected) {
      throw new CommandFailedException(
          "the consumer is not connected to %s after %d s: %s"
              .formatted(provider.name(), PATIENCE.toSeconds(), client.instances()));
    }
  }

  /**
   * Waits until the consumer no longer sees a provider in the registry.
   *
   * @param provider the provider
   * @param timeout the maximum time to wait
   * @return whether the provider was removed
   * @throws InterruptedException if the thread is interrupted
   */
  public boolean awaitGone(RunningProvider provider, Duration timeout) throws InterruptedException {
    String address = "127.0.0.1:" + provider.port();
    return Waiting.until(
        timeout,
        () ->
            client.directory().snapshot().instances().stream()
                .noneMatch(each -> each.address().equals(address)));
  }

  @Override
  public void close() {
    client.close();
    registry.close();
    providers.forEach(RunningProvider::close);
    if (server != null) {
      server.close();
    }
  }
}
