package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs soaks that say themselves whether all was well. */
final class Soaks {

  private Soaks() {}

  static void run(String arguments) {
    Cli.Result result = Cli.run(arguments.split(" ", -1));
    assertThat(result.out()).as("%s", result.out()).last().isEqualTo("soak: ok");
    assertThat(result.code()).isZero();
  }
}
