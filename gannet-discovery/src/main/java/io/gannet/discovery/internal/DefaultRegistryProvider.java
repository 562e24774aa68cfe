package io.gannet.discovery.internal;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import io.gannet.discovery.internal.spi.RegistryProvider;
import io.gannet.discovery.spi.RegistryDriverProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Finds the driver for the scheme of a URI. */
public final class DefaultRegistryProvider implements RegistryProvider {

  /** Called by the service loader. */
  public DefaultRegistryProvider() {}

  @Override
  public Registry open(RegistryUri uri, RegistryOptions options) {
    RegistryOptions merged = options.with(uri);
    RegistryCore core = new RegistryCore(uri, merged, provider(uri));
    core.start();
    DefaultRegistry registry = new DefaultRegistry(core);
    if (!merged.startTimeout().isZero()) {
      registry.awaitConnection(merged.startTimeout());
    }
    return registry;
  }

  private static RegistryDriverProvider provider(RegistryUri uri) {
    List<String> known = new ArrayList<>();
    for (RegistryDriverProvider provider :
        ServiceLoader.load(
            RegistryDriverProvider.class, RegistryDriverProvider.class.getClassLoader())) {
      if (provider.schemes().contains(uri.scheme())) {
        return provider;
      }
      known.addAll(provider.schemes());
    }
    throw new IllegalArgumentException(
        ("no registry supports %s; available are %s. Add gannet-discovery-zookeeper for ZooKeeper,"
                + " gannet-discovery-etcd for etcd")
            .formatted(uri, new TreeSet<>(known)));
  }
}
