package io.gannet.soak;

import io.gannet.cli.internal.common.Program;
import io.gannet.soak.internal.loss.ServerCommand;
import io.gannet.soak.internal.loss.ZeroLossCommand;
import io.gannet.soak.internal.registry.ChurnCommand;
import io.gannet.soak.internal.registry.OutageCommand;
import io.gannet.soak.internal.registry.OutageProviderCommand;
import io.gannet.soak.internal.registry.RollingRestartCommand;
import picocli.CommandLine;

/** Entry point of the command {@code ./soak}. */
public final class Main {

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
    return new CommandLine(new Soak())
        .addSubcommand(new ZeroLossCommand())
        .addSubcommand(new ServerCommand())
        .addSubcommand(new OutageCommand())
        .addSubcommand(new OutageProviderCommand())
        .addSubcommand(new ChurnCommand())
        .addSubcommand(new RollingRestartCommand());
  }
}
