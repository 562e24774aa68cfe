package io.gannet.soak;

import io.gannet.discovery.testkit.EtcdProgram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short run of the soak "outage". */
class OutageTest {

  @BeforeAll
  static void findEtcd() {
    EtcdProgram.path();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "etcd"})
  void everythingIsRegisteredAndWatchedAgainAfterAnOutage(String registry) {
    Soaks.succeed(
        "outage --how kill --away 3 --session-timeout 2 --kills 1 --instances 40 --services 8"
            + " --providers 4 --consumers 2 --registry "
            + registry);
  }
}
