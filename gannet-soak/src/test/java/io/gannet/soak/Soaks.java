package io.gannet.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.cli.internal.common.Program;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Runs soaks in this process. */
final class Soaks {

  private Soaks() {}

  /**
   * The result of a run.
   *
   * @param code the exit code
   * @param out the lines on standard output
   * @param err the lines on standard error, without logs
   */
  record Result(int code, List<String> out, List<String> err) {}

  static Result run(String arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Program.run(
            Main.command(), new PrintWriter(out), new PrintWriter(err), arguments.split(" +"));
    return new Result(code, out.toString().lines().toList(), err.toString().lines().toList());
  }

  /** Runs a soak and checks that it reports success. */
  static void succeed(String arguments) {
    Result result = run(arguments);
    assertThat(result.out()).as("%s", result.out()).last().isEqualTo("soak: ok");
    assertThat(result.code()).isZero();
  }
}
