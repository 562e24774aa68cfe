package io.gannet.test.junit;

import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.rpc.Instance;
import io.gannet.test.junit.internal.TestRegistries;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The only implementation of {@link RegistryExtension}. */
final class RunningRegistry extends UsedExtension implements RegistryExtension {
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RegistryOptions options;
  private volatile @Nullable String name;
  private volatile @Nullable Registry registry;

  RunningRegistry(RegistryOptions options) {
    this.options = options;
  }

  @Override
  void start() {
    name = "test-" + NUMBERS.incrementAndGet();
    registry = open();
  }

  @Override
  void stop() {
    TestRegistries.outage(name(), false);
    name = null;
    registry = null;
  }

  private String name() {
    String known = name;
    if (known == null) {
      throw notRunning("the registry");
    }
    return known;
  }

  @Override
  public String uri() {
    return TestRegistries.SCHEME + ":" + name();
  }

  @Override
  public Registry registry() {
    Registry open = registry;
    if (open == null) {
      throw notRunning("the registry");
    }
    return open;
  }

  @Override
  public Registry open() {
    return closing(Registry.open(uri(), options));
  }

  @Override
  public Registration add(String service, int port) {
    Registration registration =
        registry().register(Instance.of(service, "tcp", "127.0.0.1:" + port));
    try {
      registration.awaitRegistered(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException("interrupted while registering at " + uri(), e);
    }
    return registration;
  }

  @Override
  public void outage(boolean on) {
    TestRegistries.outage(name(), on);
  }
}
