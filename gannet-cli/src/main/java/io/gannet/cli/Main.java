package io.gannet.cli;

import io.gannet.cli.internal.cluster.ProviderCommand;
import io.gannet.cli.internal.common.CompletionCommand;
import io.gannet.cli.internal.common.Gannet;
import io.gannet.cli.internal.common.Program;
import io.gannet.cli.internal.demo.DemoCommand;
import io.gannet.cli.internal.echo.EchoClientCommand;
import io.gannet.cli.internal.echo.EchoServerCommand;
import io.gannet.cli.internal.registry.RegistryCommand;
import io.gannet.cli.internal.rpc.CallCommand;
import io.gannet.cli.internal.rpc.RpcServerCommand;
import picocli.CommandLine;

/** Entry point of the {@code gannet} command. */
public final class Main {

  private Main() {}

  /**
   * Runs the command and exits with its code: 0 for success, 1 for a failure, 2 for wrong
   * arguments.
   *
   * @param args the arguments
   */
  public static void main(String[] args) {
    Program.main(Main::command, args);
  }

  /** {@return the command with its subcommands} */
  static CommandLine command() {
    return new CommandLine(new Gannet())
        .addSubcommand(new EchoServerCommand())
        .addSubcommand(new EchoClientCommand())
        .addSubcommand(new RpcServerCommand())
        .addSubcommand(new CallCommand())
        .addSubcommand(new RegistryCommand())
        .addSubcommand(new DemoCommand())
        .addSubcommand(new ProviderCommand())
        .addSubcommand(new CompletionCommand());
  }
}
