package io.gannet.soak;

import io.gannet.cli.internal.common.Gannet;
import io.gannet.cli.internal.common.Program;
import io.gannet.cli.internal.common.Version;
import io.gannet.soak.loss.ServerCommand;
import io.gannet.soak.loss.ZeroLossCommand;
import io.gannet.soak.registry.ChurnCommand;
import io.gannet.soak.registry.OutageCommand;
import io.gannet.soak.registry.OutageProviderCommand;
import io.gannet.soak.registry.RollingRestartCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code ./soak}, which shows its usage without a subcommand. */
@Command(
    name = "soak",
    description = "Runs for minutes under load and looks for what a test is too short to find.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "SOAK",
    commandListHeading = "Soaks:%n",
    footer = {
      "  rpc-chaos        Breaks connections, servers and clients under calls, and looks",
      "                     for calls that are lost, late or mixed up: ChaosTest of",
      "                     gannet-rpc, for a minute.",
      "",
      "Exit codes: 0 nothing was found, 1 something was, 2 the arguments are wrong."
    })
public final class Main implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  private Main() {}

  /**
   * Runs the command and exits with its code.
   *
   * @param args the arguments
   */
  public static void main(String[] args) {
    Program.main(Main::command, args);
  }

  /** {@return the command with its subcommands} */
  static CommandLine command() {
    return new CommandLine(new Main())
        .addSubcommand(new ZeroLossCommand())
        .addSubcommand(new ServerCommand())
        .addSubcommand(new OutageCommand())
        .addSubcommand(new OutageProviderCommand())
        .addSubcommand(new ChurnCommand())
        .addSubcommand(new RollingRestartCommand());
  }

  @Override
  public Integer call() {
    return Gannet.showUsage(spec);
  }
}
