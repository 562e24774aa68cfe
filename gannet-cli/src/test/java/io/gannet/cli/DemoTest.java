package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.discovery.testkit.EtcdProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {

  @ParameterizedTest
  @ValueSource(strings = {"memory", "zookeeper", "etcd"})
  void theClusterSurvivesAKillAndADrain(String registry) {
    EtcdProgram.path();
    Cli.Result result = Cli.run("demo", "--registry", registry);
    assertThat(result.out()).as("%s", result.out()).last().isEqualTo("demo: ok");
    assertThat(result.out())
        .anyMatch(line -> line.contains("no call failed during the drain"))
        .anyMatch(line -> line.matches("calls +[1-9]\\d{3,}, .*"))
        .anyMatch(line -> line.matches("called back +[1-9]\\d{2,}"));
    assertThat(result.code()).isZero();
  }

  @Test
  void theChatDemoRunsToItsEndWithoutLoss() {
    Cli.Result result = Cli.run("demo", "--chat");
    assertThat(result.out()).last().isEqualTo("demo: ok");
    assertThat(result.out())
        .anyMatch(line -> line.matches("lost +0"))
        .anyMatch(line -> line.matches("reconnects +5"));
    assertThat(result.code()).isZero();
  }
}
