package io.gannet.discovery.internal.memory;

import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.RegistryDriverProvider;
import java.util.Set;

/** Provides the driver for the scheme {@code memory}. */
public final class MemoryDriverProvider implements RegistryDriverProvider {

  /** Called by the service loader. */
  public MemoryDriverProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public RegistryDriver create(RegistryUri uri, DriverContext context) {
    if (!uri.hosts().isEmpty()) {
      throw new IllegalArgumentException(
          "the in-memory registry has no host: use memory: or memory:some-name, not " + uri);
    }
    return new MemoryDriver(uri.root(), context);
  }
}
