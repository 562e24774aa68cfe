package io.gannet.cli.internal.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Command lines of JVMs that are like this one. */
public final class JavaCommand {

  /** The name only: the entry point knows this package, not the other way round. */
  private static final String MAIN = "io.gannet.cli.Main";

  private JavaCommand() {}

  /**
   * The command line of this command in a process of its own.
   *
   * @param args its arguments
   * @return the command line
   */
  public static List<String> gannet(List<String> args) {
    List<String> command = java(List.of("-Dorg.slf4j.simpleLogger.log.io.gannet=error"));
    @Nullable String modulePath = System.getProperty("jdk.module.path");
    if (modulePath == null) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    } else {
      command.addAll(
          List.of(
              "--module-path",
              modulePath,
              "--add-modules",
              "ALL-MODULE-PATH",
              "--module",
              JavaCommand.class.getModule().getName() + "/" + MAIN));
    }
    command.addAll(args);
    return command;
  }

  /**
   * The command line of another main class that is on the class path.
   *
   * @param options the options of the JVM
   * @param main the name of the class
   * @param args its arguments
   * @return the command line
   */
  public static List<String> of(List<String> options, String main, List<String> args) {
    List<String> command = java(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(args);
    return command;
  }

  private static List<String> java(List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // To start quickly; and what JDK 24 and newer want to be told, which older ones don't know.
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(options);
    return command;
  }
}
