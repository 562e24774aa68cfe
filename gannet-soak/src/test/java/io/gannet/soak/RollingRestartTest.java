package io.gannet.soak;

import io.gannet.discovery.testkit.EtcdProgram;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A short run of the soak "rolling-restart". */
class RollingRestartTest {

  @BeforeAll
  static void findEtcd() {
    EtcdProgram.path();
  }

  /**
   * One kind of registry, or all of them with {@code -Dgannet.test.rows=all}: the drivers have
   * tests of outages of their own, and each run starts seven JVMs.
   */
  static Stream<String> registries() {
    return System.getProperty("gannet.test.rows", "").equals("all")
        ? Stream.of("memory", "zookeeper", "etcd")
        : Stream.of("etcd");
  }

  @ParameterizedTest
  @MethodSource("registries")
  void noCallFailsWhileTheRegistryIsAwayOrAllProvidersAreRestarted(String registry) {
    Soaks.succeed(
        "rolling-restart --away 2 --rounds 1 --providers 2 --rate 500 --registry " + registry);
  }
}
