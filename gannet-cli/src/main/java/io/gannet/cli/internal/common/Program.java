package io.gannet.cli.internal.common;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * Runs a command line with the logging, printing and error reports that all commands of Gannet
 * share.
 */
public final class Program {

  private Program() {}

  /**
   * Runs a command and exits with its code: 0 for success, 1 for a failure, 2 for wrong arguments.
   *
   * @param command creates the command with its subcommands, once logging is configured
   * @param args the arguments
   */
  public static void main(Supplier<CommandLine> command, String... args) {
    System.setErr(Printable.stream(System.err));
    CommandLog.configure();
    int code = run(command.get(), writer(System.out), writer(System.err), args);
    // A failed command may leave threads of clients and servers behind, which must not keep the
    // process alive.
    System.exit(code);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  /**
   * Runs a command.
   *
   * @param command the command with its subcommands
   * @param out receives results
   * @param err receives errors and progress
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

  /**
   * Prints help, which may have colours, or runs a command, whose output may contain text from
   * untrusted peers.
   */
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
