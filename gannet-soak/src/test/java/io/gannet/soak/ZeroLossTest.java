package io.gannet.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A short run of the soak "zero-loss". */
class ZeroLossTest {

  @Test
  void twoRoundsLoseNothing() {
    Soaks.Result result = Soaks.run("zero-loss --rounds 2 --io AUTO");
    assertThat(String.join("\n", result.out()))
        .containsPattern(
            "rounds 2, accepted [1-9]\\d*, arrived [1-9]\\d*, lost 0, sessions cut \\d+, problems"
                + " 0$");
    assertThat(result.code()).isZero();
  }
}
