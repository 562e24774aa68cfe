package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.discovery.testkit.EtcdProgram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The soaks of registries, cut short. */
class RegistrySoakTest {

  @BeforeAll
  static void findEtcd() {
    EtcdProgram.path();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "etcd"})
  void everythingIsRegisteredAndWatchedAgainAfterAnOutage(String registry) {
    run(
        "soak-outage --how kill --away 3 --session-timeout 2 --kills 1 --instances 40 --services 8"
            + " --providers 4 --consumers 2 --registry "
            + registry);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zookeeper", "etcd"})
  void everyConsumerKnowsTheTruthAfterInstancesHaveComeAndGone(String registry) {
    run(
        "soak-churn --seconds 5 --period 2 --instances 200 --services 20 --providers 4"
            + " --consumers 2 --registry "
            + registry);
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "zookeeper", "etcd"})
  void noCallFailsWhileTheRegistryIsAwayOrAllProvidersAreRestarted(String registry) {
    run("soak-restart --away 2 --rounds 1 --rate 500 --registry " + registry);
  }

  private static void run(String arguments) {
    Cli.Result result = Cli.run(arguments.split(" ", -1));
    assertThat(result.out()).as("%s", result.out()).last().isEqualTo("soak: ok");
    assertThat(result.code()).isZero();
  }
}
