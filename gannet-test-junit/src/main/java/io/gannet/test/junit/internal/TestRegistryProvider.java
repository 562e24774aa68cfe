package io.gannet.test.junit.internal;

import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.RegistryDriverProvider;
import java.util.ServiceLoader;
import java.util.Set;

/** The scheme {@code test}: an in-memory registry with outages. */
public final class TestRegistryProvider implements RegistryDriverProvider {

  /** Called by the service loader. */
  public TestRegistryProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of(TestRegistries.SCHEME);
  }

  @Override
  public RegistryDriver create(RegistryUri uri, DriverContext context) {
    RegistryUri place = RegistryUri.parse("memory:" + uri);
    return new TestRegistryDriver(uri.root(), context, own -> inMemory().create(place, own));
  }

  private static RegistryDriverProvider inMemory() {
    return ServiceLoader.load(
            RegistryDriverProvider.class, RegistryDriverProvider.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.schemes().contains("memory"))
        .findFirst()
        .orElseThrow();
  }
}
