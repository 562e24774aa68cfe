package io.gannet.cli.internal.common;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the library refuses of what a user has asked for. */
public final class Refusals {

  private Refusals() {}

  /**
   * Builds something from a command's options.
   *
   * @param <T> what is built
   * @param spec the command
   * @param building calls the library's builders, which check what they are given
   * @return what was built
   * @throws ParameterException if the library refuses something; exit code 2 and one line
   */
  public static <T> T asArguments(CommandSpec spec, Supplier<T> building) {
    try {
      return building.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
