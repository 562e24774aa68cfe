package io.gannet.cli.internal.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds command lines that start JVMs like this one. */
public final class JavaCommand {

  /** Only the name, because the entry point depends on this package and not the other way round. */
  private static final String MAIN = "io.gannet.cli.Main";

  private JavaCommand() {}

  /**
   * {@return the command line that runs this command in a process of its own}
   *
   * @param args its arguments
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
   * {@return the command line that runs another main class from the class path}
   *
   * @param options the options of the JVM
   * @param main the name of the class
   * @param args its arguments
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
    // The first options make the JVM start quickly. JDK 24 and newer need the others, which older
    // JDKs don't know.
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
