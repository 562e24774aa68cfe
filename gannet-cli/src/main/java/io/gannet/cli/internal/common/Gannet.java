package io.gannet.cli.internal.common;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command itself. Shows its usage when called without a subcommand. */
@Command(
    name = "gannet",
    description = "Servers, clients, load tests and a demo of message sessions and calls.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 success, 1 failure, 2 wrong arguments.",
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
   * Shows the usage of a command that was called without a subcommand.
   *
   * @param spec the command
   * @return the exit code for a missing argument
   */
  public static int showUsage(CommandSpec spec) {
    CommandLine command = spec.commandLine();
    command.usage(command.getErr());
    return ExitCode.USAGE;
  }

  /**
   * Lists the subcommands for an error message.
   *
   * @param command the parent command
   * @return a clause such as "the commands are echo, call"
   */
  public static String commands(CommandLine command) {
    return command.getSubcommands().entrySet().stream()
        .filter(each -> !each.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", ", "the commands are ", ""));
  }
}
