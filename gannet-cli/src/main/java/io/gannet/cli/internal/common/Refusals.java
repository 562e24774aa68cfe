package io.gannet.cli.internal.common;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reports options that the library rejects as wrong arguments. */
public final class Refusals {

  private Refusals() {}

  /**
   * Builds an object from a command's options.
   *
   * @param <T> what is built
   * @param spec the command
   * @param building calls the library's builders, which check their arguments
   * @return the object
   * @throws ParameterException if the library rejects an argument; leads to exit code 2 and one
   *     line of error
   */
  public static <T> T asArguments(CommandSpec spec, Supplier<T> building) {
    try {
      return building.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
