package io.gannet.cli.internal.demo;

import io.gannet.cli.internal.common.Logging;
import io.gannet.cli.internal.common.Version;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows the main job, checks itself, and says whether all was well. */
@Command(
    name = "demo",
    description = {
      "Shows a chat whose server is restarted while its members talk: nothing that was sent is"
          + " lost, and everybody comes back.",
      "",
      "The last line is \"demo: ok\"; otherwise it says which check failed, and the exit code is 1."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    Logging.onlyErrors();
    PrintWriter out = spec.commandLine().getOut();
    Timeline timeline = new Timeline(out);
    try {
      new ChatDemo(timeline).run();
    } catch (DemoFailedException e) {
      timeline.line("demo: failed: " + e.getMessage());
      return 1;
    }
    timeline.line("demo: ok");
    return 0;
  }
}
