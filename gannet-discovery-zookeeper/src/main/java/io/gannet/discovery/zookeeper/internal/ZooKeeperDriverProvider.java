package io.gannet.discovery.zookeeper.internal;

import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.RegistryDriverProvider;
import java.util.Set;

/** Provides the driver for the schemes {@code zookeeper} and, with TLS, {@code zookeepers}. */
public final class ZooKeeperDriverProvider implements RegistryDriverProvider {

  static final String PLAIN = "zookeeper";
  static final String SECURE = "zookeepers";

  /** Called by the service loader. */
  public ZooKeeperDriverProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of(PLAIN, SECURE);
  }

  @Override
  public RegistryDriver create(RegistryUri uri, DriverContext context) {
    if (uri.hosts().isEmpty()) {
      throw new IllegalArgumentException(
          "the URI has no server: use %s://host:2181/root, not %s".formatted(uri.scheme(), uri));
    }
    return new ZooKeeperDriver(
        ZooKeeperConnection.client(uri, context.options()),
        new ZooKeeperPaths(uri.root()),
        new ZooKeeperProbe(ZooKeeperConnection.servers(uri), context.options().connectTimeout()),
        context);
  }
}
