package io.gannet.cli.internal.registry;

import io.gannet.cli.internal.common.Gannet;
import io.gannet.cli.internal.common.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the content of a registry. Shows its usage when called without a subcommand. */
@Command(
    name = "registry",
    description = {
      "Shows the content of a registry: which instances offer which service, their addresses, and"
          + " since when.",
      "",
      "  gannet registry ls --registry zookeeper://127.0.0.1:2181",
      "  gannet registry watch --registry etcd://127.0.0.1:2379/prod Greeter"
    },
    subcommands = {RegistryLsCommand.class, RegistryWatchCommand.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class)
public final class RegistryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public RegistryCommand() {}

  @Override
  public Integer call() {
    return Gannet.showUsage(spec);
  }
}
