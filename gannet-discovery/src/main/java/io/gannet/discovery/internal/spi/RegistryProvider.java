package io.gannet.discovery.internal.spi;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import java.util.ServiceLoader;

/**
 * Creates the implementations of the interfaces of {@code io.gannet.discovery}, so that the package
 * doesn't depend on them. Found by {@link ServiceLoader}. Another kind of registry is a
 * {@link io.gannet.discovery.spi.RegistryDriver}, not another provider.
 */
public interface RegistryProvider {

  /** {@return the provider} */
  static RegistryProvider load() {
    // Holds the provider, which is loaded on first use.
    class Holder {
      static final RegistryProvider PROVIDER =
          ServiceLoader.load(RegistryProvider.class, RegistryProvider.class.getClassLoader())
              .findFirst()
              .orElseThrow(() ->
                  new IllegalStateException(
                      "gannet-discovery is incomplete: META-INF/services lacks "
                          + RegistryProvider.class.getName()
                          + "; jars that are merged must keep this directory"));
    }
    return Holder.PROVIDER;
  }

  /**
   * Opens a registry.
   *
   * @param uri the URI
   * @param options the options
   * @return the registry
   */
  Registry open(RegistryUri uri, RegistryOptions options);
}
