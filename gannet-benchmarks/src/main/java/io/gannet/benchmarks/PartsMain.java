package io.gannet.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.Main;

/** Runs the benchmarks of Gannet's parts. */
final class PartsMain {

  private PartsMain() {}

  static void run(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("-prof", "gc"));
    all.addAll(arguments);
    Main.main(all.toArray(String[]::new));
  }
}
