package io.gannet.benchmarks;

import java.nio.file.Path;

/** Writes what docs/performance.md shows. */
final class Docs {

  private final Path directory;

  Docs(Path directory) {
    this.directory = directory;
  }

  void write(Results results, Machine machine, String command) {
    System.out.println(directory);
  }
}
