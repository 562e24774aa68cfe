package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Protocol;
import io.gannet.benchmarks.peers.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The command {@code ./bench}. */
public final class Bench {

  private final Options options;

  private Bench(Options options) {
    this.options = options;
  }

  /**
   * Runs the command.
   *
   * @param args see {@code --help}
   * @throws Exception if an unexpected error occurs
   */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("--jmh")) {
      PartsMain.run(Arrays.asList(args).subList(1, args.length));
      return;
    }
    try {
      Options options = Options.parse(args);
      if (options.help()) {
        System.out.print(Options.HELP);
      } else if (options.list()) {
        list(options);
      } else if (options.guard()) {
        if (!new Bench(options).guard()) {
          System.exit(1);
        }
      } else {
        new Bench(options).run(args);
      }
    } catch (BenchException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void list(Options options) {
    System.out.println("Servers:");
    for (Peers peer : Peers.values()) {
      System.out.printf("  %-22s %s%n", peer.id(), peer.label());
    }
    System.out.println("Groups:");
    for (Group group : planned(options)) {
      System.out.printf(
          "  %-10s %s%n",
          group.name(), group.cells().stream().map(Cell::title).collect(Collectors.joining("; ")));
    }
    System.out.println(
        "  start      From the start of the process to the first answer, and to half the speed");
    System.out.println("  memory     Memory per session");
  }

  private static List<Group> planned(Options options) {
    if (options.isCustom()) {
      return List.of(Plans.group("custom", Work.ECHO, options.customCells()));
    }
    return options.quick() ? Plans.quick() : options.matrix() ? Plans.matrix() : Plans.full();
  }

  private void run(String[] args) throws IOException, InterruptedException {
    Cores cores = cores();
    Files.createDirectories(options.module().resolve("target/bench"));
    Commands commands = new Commands(options, cores);
    explain(commands, cores);
    List<Group> groups = groups(planned(options), commands);
    List<Peers> memory = options.memory() ? memoryPeers(commands) : List.of();
    List<Peers> starting =
        options.start()
            ? StartRunner.PEERS.stream().filter(peer -> isChosen(peer, commands)).toList()
            : List.of();
    Results results = measure(groups, memory, starting, cores, commands);
    System.out.print(new Report(results).write());
    write(results, args, cores);
  }

  /** Returns whether no hot path is worse than in the base. */
  private boolean guard() throws IOException, InterruptedException {
    Cores cores = cores();
    Files.createDirectories(options.module().resolve("target/bench"));
    Commands commands = new Commands(options, cores);
    List<Group> planned =
        options.groups().isEmpty() && !options.isCustom()
            ? Guard.hotPaths()
            : Guard.ofGannet(planned(options).stream());
    List<Group> groups = groups(planned, commands);
    Base base = Base.build(options.root(), options.base());
    return new Guard(options, cores, commands, base, groups).holds(groups);
  }

  private Cores cores() throws IOException {
    return options.cores().isPresent() ? Cores.parse(options.cores().get()) : Cores.choose();
  }

  private List<Group> groups(List<Group> planned, Commands commands) {
    return planned.stream()
        .filter(group -> options.groups().isEmpty() || options.groups().contains(group.name()))
        .map(group -> chosen(group, commands))
        .filter(group -> !group.peers().isEmpty())
        .toList();
  }

  private Results measure(
      List<Group> groups, List<Peers> memory, List<Peers> starting, Cores cores, Commands commands)
      throws IOException, InterruptedException {
    int memoryRounds = options.memoryRounds();
    double total = memory.size() * MemoryRunner.visitSeconds() * memoryRounds;
    total += starting.size() * StartRunner.visitSeconds() * options.startRounds();
    for (Group group : groups) {
      total += Runner.seconds(options, group);
    }
    Progress progress = new Progress(total);
    Runner runner = new Runner(options, cores, commands, progress);
    for (Group group : groups) {
      runner.measure(group);
    }
    StartRunner startRunner = new StartRunner(options, cores, commands, progress);
    for (int round = 1; round <= options.startRounds() && !starting.isEmpty(); round++) {
      startRunner.round(starting, round);
    }
    MemoryRunner memoryRunner = new MemoryRunner(options, commands, progress);
    for (int round = 1; round <= memoryRounds; round++) {
      memoryRunner.round(memory, round);
    }
    if (!runner.failures().isEmpty()) {
      System.out.println("\nFailed:");
      runner.failures().stream().distinct().forEach(failure -> System.out.println("  " + failure));
    }
    return new Results(runner.samples(), memoryRunner.samples(), startRunner.samples());
  }

  private static void explain(Commands commands, Cores cores) {
    System.out.printf(
        "Servers on core %d, load on core %d, %s.%n",
        cores.server(),
        cores.load(),
        commands.hasNativeLoad() ? "load generator in C" : "load generator in Java");
    if (!commands.hasNativeServer()) {
      System.out.println("No C compiler (gcc, cc or clang) was found: the server in C is skipped.");
    }
    if (!commands.hasNativeLoad()) {
      System.out.println(
          "The load generator in Java supports neither WebSocket nor TLS: both are skipped.");
    }
  }

  private Group chosen(Group group, Commands commands) {
    return new Group(
        group.name(),
        group.work(),
        group.peers().stream().filter(peer -> isChosen(peer, commands)).toList(),
        group.cells());
  }

  private List<Peers> memoryPeers(Commands commands) {
    List<Peers> peers = options.quick() ? TargetRatios.MEMORY_PEERS : Arrays.asList(Peers.values());
    return peers.stream()
        .filter(peer -> peer.does(Work.ECHO) && peer.wire() == Protocol.PLAIN)
        .filter(peer -> !peer.speaksItsOwnProtocol())
        .filter(peer -> isChosen(peer, commands))
        .toList();
  }

  private boolean isChosen(Peers peer, Commands commands) {
    if (peer.isNative() && !commands.hasNativeServer()) {
      return false;
    }
    if (peer.wire() != Protocol.PLAIN && !commands.hasNativeLoad()) {
      return false;
    }
    return options.only().isEmpty()
        || options.only().stream()
            .anyMatch(name ->
                name.endsWith("*")
                    ? peer.id().startsWith(name.substring(0, name.length() - 1))
                    : peer.id().equals(name));
  }

  private void write(Results results, String[] args, Cores cores)
      throws IOException, InterruptedException {
    Machine machine = Machine.look(options, cores);
    Path file =
        options
            .out()
            .orElse(
                options
                    .module()
                    .resolve(
                        "target/bench/"
                            + LocalDateTime.now(ZoneOffset.UTC)
                                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"))
                            + ".json"));
    List<String> command = new ArrayList<>(List.of("./bench"));
    command.addAll(Arrays.asList(args));
    Files.writeString(
        file,
        new JsonResults(results, machine, String.join(" ", command)).write(),
        StandardCharsets.UTF_8);
    Path csv =
        file.resolveSibling(file.getFileName().toString().replaceAll("\\.json$", "") + ".csv");
    Files.writeString(csv, CsvResults.write(results), StandardCharsets.UTF_8);
    System.out.printf("%nWritten: %s and %s%n", file, csv);
    if (options.docs()) {
      new Docs(options.root().resolve("docs"), options.part())
          .write(results, machine, String.join(" ", command));
    }
  }
}
