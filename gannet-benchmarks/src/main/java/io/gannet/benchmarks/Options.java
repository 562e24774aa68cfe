package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Protocol;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The options of the command. */
final class Options {

  static final String HELP =
      """
      Usage: ./bench [options]

      Measures the cost of a message for a server: processor time, throughput and latency, compared
      with other servers for the same messages. Each server is a separate process on one core; the
      load generator runs on another core. Without options, everything is measured, which takes hours.

      What
        --quick               only the main comparison, in about seven minutes
        --matrix              every size, depth and number of connections; takes a night
        --groups NAME,...     only these groups of measurements; --list shows them
        --only PEER,...       only these servers; a trailing * matches anything
        --size N,... --depth N,... --connections N,...
                              echo with these values instead of the predefined groups
        --rate N              with these values: N messages per second, instead of as many as possible
        --wire NAME           with these values: websocket or tls, instead of plain TCP
        --no-memory           skips the memory per session
        --sessions N          sessions for the memory per session (17000)
        --list                lists the groups and the servers, and exits
        --guard [REV]         this working tree against a commit: ratios of the processor time of the
                              hot paths, in about two minutes; exits with 1 if one is more than 10 %
                              worse. REV is the last commit by default, or the one before it if nothing
                              has changed since. With --groups: Gannet's servers in these groups
        --jmh [ARGUMENTS]     Gannet's parts one by one, with JMH and these arguments

      How
        --rounds N            rounds; each measures all servers in turn (9; quick: 5; guard: 7)
        --seconds S           the duration of each measurement (1; guard: 0.4)
        --warmup S            the time for which a server runs before it is measured (6; guard: 4)
        --patience MINUTES    how long to wait, in total, until no other process uses the cores, and to
                              repeat disturbed measurements (0)
        --cores SERVER,LOAD   the cores to use (the first and the last)
        --java FILE           the java command for the servers (the one that runs this command)
        --jvm "FLAGS"         additional flags for the JVM of the servers
        --java-load           the load generator in Java, even if there is a C compiler

      Results
        --out FILE            the file for the results in JSON; a CSV file is written next to it
        --docs                also writes the charts and tables of docs/performance.md: with --groups,
                              the part about these groups, otherwise the main comparison
      """;

  /**
   * The young generation is so small that a server has used all of it before it is measured,
   * because the first access to each page is a page fault. The heap is large enough for Netty's
   * caches. Some serializers need access to the classes of the JDK.
   */
  private static final List<String> SERVER_FLAGS =
      List.of(
          "-Xms600m",
          "-Xmx600m",
          "-Xmn64m",
          "-XX:+UseSerialGC",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--enable-native-access=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private boolean quick;
  private boolean guard;
  private boolean matrix;
  private boolean list;
  private boolean help;
  private boolean javaLoad;
  private boolean docs;
  private boolean memory = true;
  private int sessions = 17_000;
  private int rounds;
  private double seconds;
  private double warmup;
  private double patience;
  private int rate;
  private Protocol wire = Protocol.PLAIN;
  private List<Integer> sizes = List.of();
  private List<Integer> depths = List.of();
  private List<Integer> connections = List.of();
  private List<String> groups = List.of();
  private List<String> only = List.of();
  private List<String> moreFlags = List.of();
  private String base;
  private String cores;
  private String java;
  private String out;

  static Options parse(String[] args) {
    Options options = new Options();
    Deque<String> words = new ArrayDeque<>(Arrays.asList(args));
    while (!words.isEmpty()) {
      String name = words.pop();
      try {
        options.take(name, words);
      } catch (NumberFormatException e) {
        throw new BenchException(name + " takes a number: " + e.getMessage());
      }
    }
    return options;
  }

  private void take(String name, Deque<String> words) {
    switch (name) {
      case "--quick" -> quick = true;
      case "--guard" -> {
        guard = true;
        base = words.isEmpty() || words.peek().startsWith("-") ? null : words.pop();
      }
      case "--matrix" -> matrix = true;
      case "--list" -> list = true;
      case "--help", "-h" -> help = true;
      case "--java-load" -> javaLoad = true;
      case "--docs" -> docs = true;
      case "--no-memory" -> memory = false;
      case "--sessions" -> sessions = Integer.parseInt(value(name, words));
      case "--rounds" -> rounds = Integer.parseInt(value(name, words));
      case "--seconds" -> seconds = Double.parseDouble(value(name, words));
      case "--warmup" -> warmup = Double.parseDouble(value(name, words));
      case "--patience" -> patience = Double.parseDouble(value(name, words));
      case "--rate" -> rate = Integer.parseInt(value(name, words));
      case "--wire" -> wire = wire(value(name, words));
      case "--size" -> sizes = numbers(value(name, words));
      case "--depth" -> depths = numbers(value(name, words));
      case "--connections" -> connections = numbers(value(name, words));
      case "--groups" -> groups = List.of(value(name, words).split(",", -1));
      case "--only" -> only = List.of(value(name, words).split(",", -1));
      case "--jvm" -> moreFlags = List.of(value(name, words).strip().split("\\s+", -1));
      case "--cores" -> cores = value(name, words);
      case "--java" -> java = value(name, words);
      case "--out" -> out = value(name, words);
      default -> throw new BenchException(name + " is not an option; see ./bench --help");
    }
  }

  private static String value(String name, Deque<String> words) {
    if (words.isEmpty()) {
      throw new BenchException(name + " needs a value; see ./bench --help");
    }
    return words.pop();
  }

  private static Protocol wire(String name) {
    try {
      return Protocol.named(name);
    } catch (IllegalArgumentException e) {
      throw new BenchException("--wire takes plain, websocket or tls, not " + name);
    }
  }

  private static List<Integer> numbers(String text) {
    return Arrays.stream(text.split(",", -1)).map(Integer::parseInt).toList();
  }

  boolean quick() {
    return quick;
  }

  boolean guard() {
    return guard;
  }

  /** Returns the commit to compare with. */
  Optional<String> base() {
    return Optional.ofNullable(base);
  }

  boolean matrix() {
    return matrix;
  }

  boolean list() {
    return list;
  }

  boolean help() {
    return help;
  }

  boolean javaLoad() {
    return javaLoad;
  }

  boolean docs() {
    return docs;
  }

  boolean memory() {
    return memory && !isCustom() && (groups.isEmpty() || groups.contains("memory"));
  }

  /** Returns whether to measure the start of servers. */
  boolean start() {
    return !isCustom() && (groups.contains("start") || (groups.isEmpty() && !quick && !matrix));
  }

  int startRounds() {
    return Math.min(5, rounds());
  }

  int sessions() {
    return sessions;
  }

  int rounds() {
    return rounds > 0 ? rounds : guard ? 7 : quick ? 5 : 9;
  }

  /**
   * Returns the number of memory rounds. It is small, because sessions differ little between
   * rounds.
   */
  int memoryRounds() {
    return Math.min(3, rounds());
  }

  double seconds() {
    return seconds > 0 ? seconds : guard ? 0.4 : 1;
  }

  double warmup() {
    return warmup > 0 ? warmup : guard ? 4 : 6;
  }

  double patience() {
    return patience;
  }

  /** Returns whether the user set the size, depth or connections. */
  boolean isCustom() {
    return wire != Protocol.PLAIN
        || !sizes.isEmpty()
        || !depths.isEmpty()
        || !connections.isEmpty()
        || rate > 0;
  }

  /** Returns the cells that the user set. */
  List<Cell> customCells() {
    List<Cell> cells = new ArrayList<>();
    for (int size : orElse(sizes, 64)) {
      for (int count : orElse(connections, 50)) {
        for (int depth : orElse(depths, 16)) {
          Cell cell = rate > 0 ? Cell.echoAtRate(size, count, rate) : Cell.echo(size, depth, count);
          cells.add(cell.over(wire));
        }
      }
    }
    return cells;
  }

  private static List<Integer> orElse(List<Integer> numbers, int other) {
    return numbers.isEmpty() ? List.of(other) : numbers;
  }

  List<String> groups() {
    return groups;
  }

  /** Returns the part of the documentation for the measured groups. */
  String part() {
    return groups.isEmpty() ? "main comparison" : String.join(", ", groups);
  }

  List<String> only() {
    return only;
  }

  Optional<String> cores() {
    return Optional.ofNullable(cores);
  }

  Optional<String> java() {
    return Optional.ofNullable(java);
  }

  Optional<Path> out() {
    return Optional.ofNullable(out).map(Path::of);
  }

  /** Returns the flags of every server's JVM. */
  List<String> serverFlags() {
    List<String> flags = new ArrayList<>(SERVER_FLAGS);
    flags.addAll(moreFlags);
    return flags;
  }

  /** Returns the directory of the project. */
  Path root() {
    return Path.of(System.getProperty("gannet.root", ".")).toAbsolutePath().normalize();
  }

  /** Returns the directory of this module. */
  Path module() {
    return root().resolve("gannet-benchmarks");
  }
}
