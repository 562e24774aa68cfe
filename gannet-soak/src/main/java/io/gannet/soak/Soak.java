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
    description = "Runs under load for minutes to find problems that tests are too short to find.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "SOAK",
    commandListHeading = "Soaks:%n",
    footer = {
      "  rpc-chaos        Breaks connections, servers and clients during calls, and",
      "                     checks for lost, late or mixed-up calls: ChaosTest of",
      "                     gannet-rpc, for a minute.",
      "",
      "Exit codes: 0 no problem found, 1 problems found, 2 invalid arguments."
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
