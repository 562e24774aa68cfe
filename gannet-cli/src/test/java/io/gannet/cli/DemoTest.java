package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoTest {

  @Test
  void theDemoRunsToItsEndAndLosesNothing() {
    Cli.Result result = Cli.run("demo");
    assertThat(result.out()).last().isEqualTo("demo: ok");
    assertThat(result.out())
        .anyMatch(line -> line.matches("lost +0"))
        .anyMatch(line -> line.matches("reconnects +5"));
    assertThat(result.code()).isZero();
  }
}
