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

/** Shows the main features, checks its own results, and reports whether all checks passed. */
@Command(
    name = "demo",
    description = {
      "Shows a cluster: three providers and a consumer that call each other. Under load, one"
          + " provider is killed and one is drained. The only calls that fail are those that were"
          + " sent to the killed provider and are not safe to retry.",
      "",
      "The last line is \"demo: ok\". If a check fails, the last line says which, and the exit"
          + " code is 1."
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
          "The registry: ${COMPLETION-CANDIDATES}. The last two start a real server. Default:"
              + " ${DEFAULT-VALUE}.")
  private RegistryKind kind = RegistryKind.MEMORY;

  @Option(
      names = "--chat",
      description = "Shows sessions instead: a chat whose server restarts while its members talk.")
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
