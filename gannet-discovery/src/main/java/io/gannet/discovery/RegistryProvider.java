package io.gannet.discovery;

import java.util.ServiceLoader;

/**
 * Makes the objects behind the interfaces of this package, so that it needs to know none of them. Found by
 * {@link ServiceLoader}; implemented by this library, and not meant to be implemented elsewhere: another
 * kind of registry is a {@link io.gannet.discovery.spi.RegistryDriver}.
 */
public interface RegistryProvider {

  /**
   * {@return the provider}
   */
  static RegistryProvider load() {
    // Holds the provider once it has been asked for.
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
   * @param uri where it is
   * @param options how to use it
   * @return the registry
   */
  Registry open(RegistryUri uri, RegistryOptions options);
}
