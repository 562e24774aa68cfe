package io.gannet.soak.internal.harness;

import io.gannet.cli.internal.process.ChildProcess;
import io.gannet.cli.internal.process.JavaCommand;
import java.util.List;

/** Starts {@code ./soak} again, as a peer in its own process. */
public final class SoakProcess {

  /** Only the name, because this package must not depend on the entry point's package. */
  private static final String MAIN = "io.gannet.soak.Main";

  private SoakProcess() {}

  /**
   * Starts the process.
   *
   * @param name the name of the process in error texts
   * @param args its arguments
   * @return the process, which the caller closes
   */
  public static ChildProcess start(String name, List<String> args) {
    List<String> quiet = List.of("-Dorg.slf4j.simpleLogger.log.io.gannet=error");
    return ChildProcess.start(name, JavaCommand.of(quiet, MAIN, args));
  }
}
