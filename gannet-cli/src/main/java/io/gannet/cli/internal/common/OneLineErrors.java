package io.gannet.cli.internal.common;

import io.gannet.transport.TransportException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports wrong arguments and expected failures in one line, without the usage page. Unexpected
 * exceptions are printed with their stack trace, because they are bugs to report.
 */
public final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {

  /** Creates the handler. */
  public OneLineErrors() {}

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched
        && !command.getSubcommands().isEmpty()
        && !unmatched.isUnknownOption()) {
      print(
          command,
          "unknown command: %s; %s"
              .formatted(unmatched.getUnmatched().get(0), Gannet.commands(command)));
    } else {
      print(command, message(e));
    }
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    print(command, message(e));
    if (!(e instanceof CommandFailedException || e instanceof TransportException)) {
      e.printStackTrace(command.getErr());
    }
    return ExitCode.SOFTWARE;
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static void print(CommandLine command, String message) {
    PrintWriter err = command.getErr();
    String line = Printable.text(message.strip().replaceAll("\\s*\\R\\s*", " "));
    err.println(command.getCommandSpec().qualifiedName() + ": " + line);
    err.flush();
  }
}
