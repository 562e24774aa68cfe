package io.gannet.test.junit.internal;

import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.WatchListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes everything to an in-memory driver, except during an outage: then requests fail, and the
 * registry is notified that the servers are unreachable. The registry then ends its watches itself.
 */
final class TestRegistryDriver implements RegistryDriver {
  private final String name;
  private final DriverContext context;
  private final RegistryDriver driver;

  /** The session of the in-memory driver, once it has one. Used by the registry's thread only. */
  private @Nullable String session;

  TestRegistryDriver(
      String name, DriverContext context, Function<DriverContext, RegistryDriver> inMemory) {
    this.name = name;
    this.context = context;
    driver = inMemory.apply(new InMemoryContext());
  }

  String name() {
    return name;
  }

  @Override
  public void start() {
    TestRegistries.opened(this);
    driver.start();
  }

  /** Called on any thread when an outage has started or ended. */
  void look() {
    context.execute(this::tell);
  }

  private void tell() {
    String current = session;
    if (TestRegistries.isUnreachable(name)) {
      context.disconnected(outage());
    } else if (current != null) {
      context.connected(current);
    }
  }

  private IOException outage() {
    return new IOException("the test has made the registry " + name + " unreachable");
  }

  private <T extends @Nullable Object> CompletionStage<T> ask(
      Supplier<CompletionStage<T>> request) {
    return TestRegistries.isUnreachable(name)
        ? CompletableFuture.failedFuture(outage())
        : request.get();
  }

  @Override
  public CompletionStage<@Nullable Void> put(EntryKey key, byte[] value) {
    return ask(() -> driver.put(key, value));
  }

  @Override
  public CompletionStage<@Nullable Void> remove(EntryKey key) {
    return ask(() -> driver.remove(key));
  }

  @Override
  public CompletionStage<Map<EntryKey, byte[]>> held() {
    return ask(driver::held);
  }

  @Override
  public Watch watch(String service, WatchListener listener) {
    if (TestRegistries.isUnreachable(name)) {
      listener.lost(outage());
      return () -> {};
    }
    return driver.watch(service, listener);
  }

  @Override
  public CompletionStage<Collection<String>> services() {
    return ask(driver::services);
  }

  @Override
  public void close() {
    TestRegistries.closed(this);
    driver.close();
  }

  /**
   * The context of the in-memory driver. During an outage it hides the connection from the
   * registry.
   */
  private final class InMemoryContext implements DriverContext {

    @Override
    public RegistryOptions options() {
      return context.options();
    }

    @Override
    public void execute(Runnable task) {
      context.execute(task);
    }

    @Override
    public Future<?> schedule(Duration delay, Runnable task) {
      return context.schedule(delay, task);
    }

    @Override
    public Duration backoff(int failures) {
      return context.backoff(failures);
    }

    @Override
    public void requested() {
      context.requested();
    }

    @Override
    public void connected(String current) {
      session = current;
      tell();
    }

    @Override
    public void disconnected(Throwable cause) {
      context.disconnected(cause);
    }
  }
}
