package io.gannet.cli.internal.demo;

import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.Version;
import io.gannet.cli.internal.process.RegistryKind;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the main job, checks itself, and says whether all was well. */
@Command(
    name = "demo",
    description = {
      "Shows a cluster: three providers and a consumer that call each other. One provider is killed"
          + " and one is drained under load, and no call fails but those that the killed one had"
          + " got and that must not be repeated.",
      "",
      "The last line is \"demo: ok\"; otherwise it says which check failed, and the exit code is 1."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--registry",
      paramLabel = "KIND",
      converter = RegistryKind.Converter.class,
      defaultValue = "memory",
      description =
          "Where the providers are found: ${COMPLETION-CANDIDATES}. A real server is started for"
              + " the last two. Default: ${DEFAULT-VALUE}.")
  private RegistryKind kind = RegistryKind.MEMORY;

  @Option(
      names = "--chat",
      description =
          "Shows sessions instead: a chat whose server is restarted while its members talk.")
  private boolean chat;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    CommandLog.onlyErrors();
    CommandLog.withoutRegistries();
    PrintWriter out = spec.commandLine().getOut();
    Timeline timeline = new Timeline(out);
    try {
      if (chat) {
        new ChatDemo(timeline).run();
      } else {
        new ClusterDemo(timeline, kind).run();
      }
    } catch (DemoFailedException e) {
      timeline.line("demo: failed: " + e.getMessage());
      return 1;
    }
    timeline.line("demo: ok");
    return 0;
  }
}
