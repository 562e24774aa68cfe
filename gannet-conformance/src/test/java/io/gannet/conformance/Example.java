package io.gannet.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of gannet-examples, run as its own process, as in the guide. */
final class Example implements AutoCloseable {

  private static final Pattern PORT = Pattern.compile("listening .*:(\\d+)");

  /** The ports, in the order of the output. */
  final List<Integer> ports = new ArrayList<>();

  private final Path log;
  private final Process process;

  /**
   * Starts the example.
   *
   * @param main the class to run
   * @param servers the number of lines that it prints when it is ready
   * @param directory the directory for the log of its other output
   * @param arguments its arguments
   */
  Example(String main, int servers, Path directory, String... arguments) throws Exception {
    log = Files.createTempFile(directory, "example", ".log");
    List<String> options =
        List.of(
            "-Xmx256m",
            "-Dio.netty.leakDetection.level=paranoid",
            "-cp",
            System.getProperty("java.class.path"),
            main);
    process =
        new ProcessBuilder(Programs.command(java(), options, arguments))
            .redirectError(log.toFile())
            .start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    while (ports.size() < servers) {
      String line = out.readLine();
      if (line == null) {
        throw new AssertionError(main + " has ended: " + Files.readString(log));
      }
      Matcher matcher = PORT.matcher(line);
      if (matcher.find()) {
        ports.add(Integer.valueOf(matcher.group(1)));
      }
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Stops the example, and checks that it has logged no error and no leak. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      process.onExit().orTimeout(2, TimeUnit.MINUTES).join();
    } catch (CompletionException e) {
      process.destroyForcibly();
      throw new AssertionError("does not end: " + Files.readString(log), e);
    }
    String said = Files.readString(log);
    if (said.contains("ERROR") || said.contains("LEAK") || said.contains("Exception")) {
      throw new AssertionError(said);
    }
  }
}
