package io.gannet.soak;

import io.gannet.discovery.testkit.EtcdProgram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short run of the soak "rolling-restart". */
class RollingRestartTest {

  @BeforeAll
  static void findEtcd() {
    EtcdProgram.path();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "zookeeper", "etcd"})
  void noCallFailsWhileTheRegistryIsAwayOrAllProvidersAreRestarted(String registry) {
    Soaks.succeed(
        "rolling-restart --away 2 --rounds 1 --providers 2 --rate 500 --registry " + registry);
  }
}
