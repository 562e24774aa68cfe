package io.gannet.discovery.spi;

import io.gannet.discovery.RegistryUri;
import java.util.Set;

/** Creates drivers for some schemes of URIs. Found by {@link java.util.ServiceLoader}. */
public interface RegistryDriverProvider {

  /** {@return the schemes, such as {@code etcd} and {@code etcds}} */
  Set<String> schemes();

  /**
   * Creates a driver, which doesn't connect before it is
   * {@linkplain RegistryDriver#start() started}.
   *
   * @param uri the URI of the registry
   * @param context the environment of the driver
   * @return the driver
   * @throws IllegalArgumentException if the URI or the options can't be used
   */
  RegistryDriver create(RegistryUri uri, DriverContext context);
}
