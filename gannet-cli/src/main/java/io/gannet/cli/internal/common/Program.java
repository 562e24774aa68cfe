package io.gannet.cli.internal.common;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Runs a command line: logs, prints, and reports errors as every command of Gannet does. */
public final class Program {

  private Program() {}

  /**
   * Runs a command and exits with its code: 0 if all went well, 1 if it failed, 2 if the arguments
   * are wrong.
   *
   * @param command creates the command with its subcommands, once logging is configured
   * @param args the arguments
   */
  public static void main(Supplier<CommandLine> command, String... args) {
    System.setErr(Printable.stream(System.err));
    CommandLog.configure();
    int code = run(command.get(), writer(System.out), writer(System.err), args);
    // Threads of clients and servers that a failed command left behind don't keep the process.
    System.exit(code);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  /**
   * Runs a command.
   *
   * @param command the command with its subcommands
   * @param out where results go
   * @param err where errors and progress go
   * @param args the arguments
   * @return the exit code
   */
  public static int run(CommandLine command, PrintWriter out, PrintWriter err, String... args) {
    OneLineErrors errors = new OneLineErrors();
    return command
        .setOut(out)
        .setErr(Printable.writer(err))
        .setExecutionStrategy(Program::execute)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors)
        .execute(args);
  }

  /** Shows help, which may have colours, or runs a command, which prints what strangers have sent. */
  private static int execute(ParseResult parsed) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    CommandLine command = parsed.commandSpec().commandLine();
    command.setOut(Printable.writer(command.getOut()));
    return new CommandLine.RunLast().execute(parsed);
  }
}
