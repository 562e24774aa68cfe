package io.gannet.soak.internal.harness;

import io.gannet.cli.internal.process.ChildProcess;
import io.gannet.cli.internal.process.JavaCommand;
import java.util.List;

/** Starts {@code ./soak} once more, as a peer in a process of its own. */
public final class SoakProcess {

  /** The name only: the entry point knows this package, not the other way round. */
  private static final String MAIN = "io.gannet.soak.Main";

  private SoakProcess() {}

  /**
   * Starts it.
   *
   * @param name what to call it when something goes wrong
   * @param args its arguments
   * @return the process, to be closed
   */
  public static ChildProcess start(String name, List<String> args) {
    List<String> quiet = List.of("-Dorg.slf4j.simpleLogger.log.io.gannet=error");
    return ChildProcess.start(name, JavaCommand.of(quiet, MAIN, args));
  }
}
