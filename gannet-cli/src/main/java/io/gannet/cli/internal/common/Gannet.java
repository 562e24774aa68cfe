package io.gannet.cli.internal.common;

import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself, which does nothing without a subcommand. */
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
public final class Gannet implements Runnable {

  @Spec private CommandSpec spec;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public Gannet() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command given; " + commands(spec.commandLine()));
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
