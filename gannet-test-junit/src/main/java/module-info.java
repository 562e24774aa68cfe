/** Extensions for JUnit Jupiter: session servers, RPC servers, and a registry. */
module io.gannet.test.junit {
  requires static transitive org.jspecify;
  requires transitive io.gannet.discovery;
  requires transitive io.gannet.rpc;
  requires transitive io.gannet.test;
  requires transitive io.gannet.transport;
  requires transitive org.junit.jupiter.api;

  exports io.gannet.test.junit;

  uses io.gannet.discovery.spi.RegistryDriverProvider;

  provides io.gannet.discovery.spi.RegistryDriverProvider with
      io.gannet.test.junit.internal.TestRegistryProvider;
}
