package io.gannet.cli;

import io.gannet.cli.internal.common.Program;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Runs the command in this process. */
final class Cli {

  private Cli() {}

  /**
   * The result of a run.
   *
   * @param code the exit code
   * @param out the lines on standard output
   * @param err the lines on standard error, without logs
   */
  record Result(int code, List<String> out, List<String> err) {}

  static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Program.run(Main.command(), new PrintWriter(out), new PrintWriter(err), args);
    return new Result(code, out.toString().lines().toList(), err.toString().lines().toList());
  }
}
