package io.gannet.discovery.etcd.internal;

import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.RegistryDriverProvider;
import java.util.Set;

/** Provides the driver for the schemes {@code etcd} and, with TLS, {@code etcds}. */
public final class EtcdDriverProvider implements RegistryDriverProvider {

  static final String PLAIN = "etcd";
  static final String SECURE = "etcds";

  /** Called by the service loader. */
  public EtcdDriverProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of(PLAIN, SECURE);
  }

  @Override
  public RegistryDriver create(RegistryUri uri, DriverContext context) {
    if (uri.hosts().isEmpty()) {
      throw new IllegalArgumentException(
          "the URI has no server: use %s://host:2379/root, not %s".formatted(uri.scheme(), uri));
    }
    return new EtcdDriver(new EtcdClients(uri, context), new EtcdKeys(uri.root()), context);
  }
}
