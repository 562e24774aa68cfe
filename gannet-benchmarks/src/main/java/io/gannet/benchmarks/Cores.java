package io.gannet.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The two cores that are used.
 *
 * @param server the core of the servers
 * @param load the core of the load generator
 */
record Cores(int server, int load) {

  private static final String ALLOWED = "Cpus_allowed_list:";

  /** Returns the first and the last core that this process may use. */
  static Cores choose() throws IOException {
    List<Integer> allowed = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(ALLOWED)) {
        for (String range : line.substring(ALLOWED.length()).strip().split(",", -1)) {
          String[] ends = range.split("-", -1);
          for (int core = Integer.parseInt(ends[0]);
              core <= Integer.parseInt(ends[ends.length - 1]);
              core++) {
            allowed.add(core);
          }
        }
      }
    }
    if (allowed.size() < 2) {
      throw new BenchException(
          "two cores are needed, one for the server and one for the load; this process may use "
              + allowed);
    }
    return new Cores(allowed.getFirst(), allowed.getLast());
  }

  static Cores parse(String text) {
    String[] parts = text.split(",", -1);
    if (parts.length != 2) {
      throw new BenchException("--cores takes two numbers, such as 0,1; not " + text);
    }
    return new Cores(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  static List<String> pinned(int core, List<String> command) {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
    pinned.addAll(command);
    return pinned;
  }
}
