package io.gannet.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          zero-lost                      | unknown command: zero-lost; the commands are zero-loss, outage, churn, rolling-restart
          zero-loss --io WARP            | '--io'
          rolling-restart                | '--registry=KIND'
          outage                         | '--registry=KIND'
          outage --registry memory       | it is zookeeper or etcd here
          churn --registry redis         | "redis" is not one of memory, zookeeper, etcd
          """)
  void wrongArgumentsAreReportedInOneLine(String args, String message) {
    Soaks.Result result = Soaks.run(args);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).singleElement().asString().startsWith("soak").contains(message);
  }

  @Test
  void helpNamesAllSoaksAndNotTheirPeers() {
    Soaks.Result result = Soaks.run("--help");
    assertThat(result.code()).isZero();
    assertThat(String.join("\n", result.out()))
        .contains("zero-loss", "outage", "churn", "rolling-restart", "rpc-chaos")
        .doesNotContain("zero-loss-server", "outage-provider");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero-loss", "outage", "churn", "rolling-restart"})
  void everySoakHasHelp(String soak) {
    Soaks.Result result = Soaks.run(soak + " --help");
    assertThat(result.code()).isZero();
    assertThat(result.out().get(0)).startsWith("Usage: soak " + soak);
    assertThat(result.err()).isEmpty();
  }
}
