package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoakTest {

  @Test
  void twoRoundsLoseNothing() {
    Cli.Result result = Cli.run("soak", "--rounds", "2", "--io", "AUTO");
    assertThat(String.join("\n", result.out()))
        .containsPattern("rounds 2, accepted [1-9]\\d*, arrived [1-9]\\d*, lost 0, problems 0$");
    assertThat(result.code()).isZero();
  }
}
