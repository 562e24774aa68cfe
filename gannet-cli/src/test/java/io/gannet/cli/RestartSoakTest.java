package io.gannet.cli;

import io.gannet.discovery.testkit.EtcdProgram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The soak of providers that are restarted under load, cut short. */
class RestartSoakTest {

  @BeforeAll
  static void findEtcd() {
    EtcdProgram.path();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "zookeeper", "etcd"})
  void noCallFailsWhileTheRegistryIsAwayOrAllProvidersAreRestarted(String registry) {
    Soaks.run("soak-restart --away 2 --rounds 1 --rate 500 --registry " + registry);
  }
}
