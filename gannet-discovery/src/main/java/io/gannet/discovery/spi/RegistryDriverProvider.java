package io.gannet.discovery.spi;

import io.gannet.discovery.RegistryUri;
import java.util.Set;

/** Makes drivers for some schemes of URIs; found by {@link java.util.ServiceLoader}. */
public interface RegistryDriverProvider {

  /**
   * {@return the schemes, such as {@code etcd} and {@code etcds}}
   */
  Set<String> schemes();

  /**
   * Makes a driver, which doesn't connect before it is {@linkplain RegistryDriver#start() started}.
   *
   * @param uri where the servers are
   * @param context what the driver works with
   * @return the driver
   * @throws IllegalArgumentException if the URI or the options can't be used
   */
  RegistryDriver create(RegistryUri uri, DriverContext context);
}
