package io.gannet.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The environment of the measurements.
 *
 * @param facts names and values, in the order of their display
 * @param libraries names and versions
 */
record Machine(Map<String, String> facts, Map<String, String> libraries) {

  private static final List<String> SHOWN =
      List.of(
          "netty-transport",
          "vertx-core",
          "reactor-netty-core",
          "mina-core",
          "bolt",
          "aio-core",
          "grpc-netty",
          "dubbo",
          "sofa-rpc-all",
          "protobuf-java",
          "jackson-databind");

  static Machine look(Options options, Cores cores) throws IOException, InterruptedException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Date", LocalDate.now(ZoneOffset.UTC).toString());
    facts.put("Processor", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
    facts.put("Cores", "server on %d, load on %d".formatted(cores.server(), cores.load()));
    facts.put("Memory", memory());
    facts.put("Kernel", output("uname", "-sr"));
    facts.put("JVM", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("JVM flags of the servers", String.join(" ", options.serverFlags()));
    facts.put("C compiler", output("gcc", "--version").lines().findFirst().orElse("none"));
    facts.put(
        "Revision",
        output("git", "-C", options.root().toString(), "describe", "--always", "--dirty"));
    return new Machine(facts, libraries(System.getProperty("java.class.path")));
  }

  private static String cpu() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(System.getProperty("os.arch"));
    }
  }

  private static String memory() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemTotal"))
          .findFirst()
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / (1024 * 1024) + " GiB")
          .orElse("?");
    }
  }

  private static String output(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).start();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? text : "?";
    } catch (IOException e) {
      return "?";
    }
  }

  private static Map<String, String> libraries(String classPath) {
    Map<String, String> libraries = new TreeMap<>();
    for (String jar : classPath.split(File.pathSeparator, -1)) {
      String file = Path.of(jar).getFileName().toString();
      for (String name : SHOWN) {
        if (file.matches(name + "-[0-9].*\\.jar")) {
          libraries.put(name, file.substring(name.length() + 1, file.length() - 4));
        }
      }
    }
    return libraries;
  }
}
