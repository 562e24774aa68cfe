package io.gannet.soak;

import io.gannet.cli.internal.common.Gannet;
import io.gannet.cli.internal.common.Version;
import java.util.concurrent.Callable;
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
final class Soak implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  Soak() {}

  @Override
  public Integer call() {
    return Gannet.showUsage(spec);
  }
}
