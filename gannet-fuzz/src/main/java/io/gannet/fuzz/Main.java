package io.gannet.fuzz;

import io.gannet.fuzz.harness.Target;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code ./fuzz}. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = false,
    sortOptions = false,
    header =
        "Runs decoders with inputs that Jazzer generates, and checks the conditions that must"
            + " always hold.",
    footer = {
      "",
      "Each target runs in its own process until both limits are reached, or until a finding."
          + " Inputs",
      "with new coverage are kept in gannet-fuzz/target/fuzz/TARGET/corpus for the next run.",
      "Exit status: 0 no finding, 1 findings, 2 wrong usage.",
      "",
      "After a finding is fixed, copy its input to"
          + " gannet-fuzz/src/test/resources/found/TARGET-WHAT:",
      "each build then tests it."
    })
public final class Main implements Callable<Integer> {

  @Parameters(
      paramLabel = "TARGET",
      arity = "0..*",
      description = "The targets to run one after the other, or all.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "The minimum processor time per target. Default: 60, or 0 with --executions.")
  private @Nullable Long seconds;

  @Option(
      names = "--executions",
      paramLabel = "N",
      description = "The minimum number of inputs per target.")
  private long executions;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Runs the target with the input in a file, and shows the failure.")
  private @Nullable Path input;

  @Option(names = "--list", description = "Lists the targets.")
  private boolean list;

  @Option(names = "--verbose", description = "Shows what Jazzer prints.")
  private boolean verbose;

  @Option(names = "--help", usageHelp = true, description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // used by picocli
  private boolean help;

  private Main() {}

  /**
   * Runs the command.
   *
   * @param arguments the command's arguments
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      Targets.all()
          .forEach(target -> System.out.printf("%-20s %s%n", target.name(), target.description()));
      return 0;
    }
    List<Target> targets;
    try {
      targets = names.contains("all") ? Targets.all() : names.stream().map(Targets::named).toList();
    } catch (IllegalArgumentException e) {
      System.err.println("fuzz: " + e.getMessage() + "; --list shows all targets");
      return 2;
    }
    if (targets.isEmpty() || (input != null && targets.size() != 1)) {
      System.err.println("fuzz: specify a target, or all; see --help");
      return 2;
    }
    if (input != null) {
      targets.getFirst().run(Files.readAllBytes(input)); // picocli prints exceptions
      System.out.println("nothing found");
      return 0;
    }
    int found = 0;
    for (Target target : targets) {
      found += run(target) ? 0 : 1;
    }
    return found == 0 ? 0 : 1;
  }

  /** Runs a target. Returns whether no finding occurred. */
  private boolean run(Target target) throws IOException, InterruptedException {
    Path work =
        Path.of(System.getProperty("gannet.root"), "gannet-fuzz", "target", "fuzz", target.name());
    Files.createDirectories(work);
    // Two runs at the same time would write to the same files.
    try (FileChannel file =
            FileChannel.open(
                work.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      if (lock == null) {
        System.err.printf("fuzz: another process is already running %s%n", target.name());
        return false;
      }
      return run(target, work);
    }
  }

  private boolean run(Target target, Path work) throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(work.resolve("corpus"));
    Path seeds = Files.createDirectories(work.resolve("seeds"));
    for (int i = 0; i < target.seeds().size(); i++) {
      Files.write(seeds.resolve("seed-" + i), target.seeds().get(i));
    }
    Path result = work.resolve("result");
    Path log = work.resolve("log");
    Files.deleteIfExists(result);
    List<Path> before = found(work);
    Process process =
        new ProcessBuilder(command(target, work, corpus, seeds, result))
            .redirectErrorStream(true)
            .redirectOutput(
                verbose
                    ? ProcessBuilder.Redirect.INHERIT
                    : ProcessBuilder.Redirect.to(log.toFile()))
            .directory(work.toFile())
            .start();
    Thread stop = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(stop);
    while (!process.waitFor(1, TimeUnit.SECONDS)) {
      if (Files.exists(result) && Files.readString(result).endsWith(JazzerEntry.ENOUGH)) {
        process.destroyForcibly(); // libFuzzer reports an exit as a finding
      }
    }
    Runtime.getRuntime().removeShutdownHook(stop);
    String[] numbers =
        (Files.exists(result) ? Files.readString(result) : "0 0 nothing").split(" ", -1);
    boolean nothing = JazzerEntry.ENOUGH.endsWith(numbers[2]);
    System.out.printf(
        "%s  %-20s %,14d executions %,7d s of processor time  %s%n",
        LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MINUTES),
        target.name(),
        Long.parseLong(numbers[0]),
        Long.parseLong(numbers[1]),
        nothing ? "nothing found" : "FOUND SOMETHING");
    if (!nothing) {
      List<Path> after = found(work);
      after.removeAll(before);
      after.forEach(file -> System.out.printf("    ./fuzz %s --input %s%n", target.name(), file));
      System.out.println("    output:  " + log);
    }
    return nothing;
  }

  private static List<Path> found(Path work) throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      return new ArrayList<>(
          files
              .filter(file -> file.getFileName().toString().matches("(crash|timeout|oom)-.*"))
              .toList());
    }
  }

  private List<String> command(Target target, Path work, Path corpus, Path seeds, Path result) {
    long time = seconds != null ? seconds : executions > 0 ? 0 : 60;
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "-Xmx768m",
        "-XX:+UseSerialGC",
        // Stack traces would take most of the time; --input shows them. Netty needs a few frames.
        "-XX:MaxJavaStackTraceDepth=8",
        "-ea:io.gannet...",
        "-XX:+IgnoreUnrecognizedVMOptions",
        "-XX:+EnableDynamicAgentLoading",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
        "-Dio.netty.leakDetection.level=disabled", // the harness counts buffers and finds each leak
        "-D%s=%s".formatted(JazzerEntry.TARGET, target.name()),
        "-D%s=%d".formatted(JazzerEntry.EXECUTIONS, executions),
        "-D%s=%d".formatted(JazzerEntry.SECONDS, time),
        "-D%s=%s".formatted(JazzerEntry.RESULT, result),
        "-cp",
        System.getProperty("java.class.path"),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + JazzerEntry.class.getName(),
        "--instrumentation_includes=" + String.join(":", target.instrumented()),
        "--custom_hook_includes=" + String.join(":", target.instrumented()),
        // This sanitizer fails in Netty's classes (Jazzer 0.30.0 on JDK 25).
        "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
        "--reproducer_path=" + work,
        "-artifact_prefix=" + work + "/",
        "-max_len=" + target.maxLength(),
        "-timeout=120",
        "-rss_limit_mb=3072",
        "-reload=0",
        corpus.toString(),
        seeds.toString());
  }
}
