package io.gannet.cli.internal.common;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command itself, which shows its usage without a subcommand. */
@Command(
    name = "gannet",
    description =
        "Typed message sessions, and calls over them: servers, clients, load, and a demo.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 all went well, 1 it failed, 2 the arguments are wrong.",
      "Completion for bash: source <(gannet generate-completion)"
    })
public final class Gannet implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public Gannet() {}

  @Override
  public Integer call() {
    return showUsage(spec);
  }

  /**
   * Shows the usage of a command that was given no subcommand.
   *
   * @param spec the command
   * @return the exit code: something is missing
   */
  public static int showUsage(CommandSpec spec) {
    CommandLine command = spec.commandLine();
    command.usage(command.getErr());
    return ExitCode.USAGE;
  }

  /**
   * Says which commands there are.
   *
   * @param command what they belong to
   * @return half a sentence
   */
  public static String commands(CommandLine command) {
    return command.getSubcommands().entrySet().stream()
        .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", ", "the commands are ", ""));
  }
}
