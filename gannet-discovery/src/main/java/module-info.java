/** Finds the instances of a service: registries in memory, ZooKeeper and etcd. */
module io.gannet.discovery {
  requires static transitive org.jspecify;
  requires transitive io.gannet.rpc;
  requires transitive io.gannet.transport;
  requires org.slf4j;
  requires tools.jackson.databind;

  exports io.gannet.discovery;
  exports io.gannet.discovery.spi;

  uses io.gannet.discovery.internal.spi.RegistryProvider;
  uses io.gannet.discovery.spi.RegistryDriverProvider;

  provides io.gannet.discovery.internal.spi.RegistryProvider with
      io.gannet.discovery.internal.DefaultRegistryProvider;
  provides io.gannet.discovery.spi.RegistryDriverProvider with
      io.gannet.discovery.internal.memory.MemoryDriverProvider;
}
