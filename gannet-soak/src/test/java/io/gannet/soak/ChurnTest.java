package io.gannet.soak;

import io.gannet.discovery.testkit.EtcdProgram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short run of the soak "churn". */
class ChurnTest {

  @BeforeAll
  static void findEtcd() {
    EtcdProgram.path();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "etcd"})
  void everyConsumerKnowsTheTruthAfterInstancesHaveComeAndGone(String registry) {
    Soaks.succeed(
        "churn --seconds 5 --period 2 --instances 200 --services 20 --providers 4"
            + " --consumers 2 --registry "
            + registry);
  }
}
