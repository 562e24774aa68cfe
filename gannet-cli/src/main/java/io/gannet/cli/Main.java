package io.gannet.cli;

import io.gannet.cli.internal.cluster.ProviderCommand;
import io.gannet.cli.internal.common.CompletionCommand;
import io.gannet.cli.internal.common.Gannet;
import io.gannet.cli.internal.common.Logging;
import io.gannet.cli.internal.common.OneLineErrors;
import io.gannet.cli.internal.common.Printable;
import io.gannet.cli.internal.demo.DemoCommand;
import io.gannet.cli.internal.discovery.ChurnSoakCommand;
import io.gannet.cli.internal.discovery.OutageSoakCommand;
import io.gannet.cli.internal.discovery.RestartSoakCommand;
import io.gannet.cli.internal.discovery.SoakProviderCommand;
import io.gannet.cli.internal.echo.EchoClientCommand;
import io.gannet.cli.internal.echo.EchoServerCommand;
import io.gannet.cli.internal.registry.RegistryCommand;
import io.gannet.cli.internal.rpc.CallCommand;
import io.gannet.cli.internal.rpc.RpcServerCommand;
import io.gannet.cli.internal.soak.SoakCommand;
import io.gannet.cli.internal.soak.SoakServerCommand;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Entry point of the {@code gannet} command. */
public final class Main {

  private Main() {}

  /**
   * Runs the command and exits with its code: 0 if all went well, 1 if it failed, 2 if the arguments
   * are wrong.
   *
   * @param args the arguments
   */
  public static void main(String[] args) {
    System.setErr(Printable.stream(System.err));
    Logging.configure();
    int code = run(writer(System.out), writer(System.err), args);
    // Threads of clients and servers that a failed command left behind don't keep the process.
    System.exit(code);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
  }

  /**
   * Runs the command.
   *
   * @param out where results go
   * @param err where errors and progress go
   * @param args the arguments
   * @return the exit code
   */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    OneLineErrors errors = new OneLineErrors();
    CommandLine command =
        new CommandLine(new Gannet())
            .addSubcommand(new EchoServerCommand())
            .addSubcommand(new EchoClientCommand())
            .addSubcommand(new RpcServerCommand())
            .addSubcommand(new CallCommand())
            .addSubcommand(new RegistryCommand())
            .addSubcommand(new DemoCommand())
            .addSubcommand(new SoakCommand())
            .addSubcommand(new SoakServerCommand())
            .addSubcommand(new OutageSoakCommand())
            .addSubcommand(new ChurnSoakCommand())
            .addSubcommand(new SoakProviderCommand())
            .addSubcommand(new RestartSoakCommand())
            .addSubcommand(new ProviderCommand())
            .addSubcommand(new CompletionCommand())
            .setOut(out)
            .setErr(Printable.writer(err))
            .setExecutionStrategy(Main::execute)
            .setParameterExceptionHandler(errors)
            .setExecutionExceptionHandler(errors);
    return command.execute(args);
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
