package io.gannet.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compiles the C programs if they are missing or older than their sources. */
final class NativeTools {

  private static final List<String> COMPILERS = List.of("gcc", "cc", "clang");

  private final Path sources;
  private final Path target;

  NativeTools(Path module) {
    this.sources = module.resolve("src/main/c");
    this.target = module.resolve("target/native");
  }

  /** Returns the load generator, or empty if there is no compiler. */
  Optional<Path> load() throws IOException, InterruptedException {
    return build("load");
  }

  /** Returns the server, or empty if there is no compiler. */
  Optional<Path> server() throws IOException, InterruptedException {
    return build("server");
  }

  private Optional<Path> build(String name) throws IOException, InterruptedException {
    Path program = target.resolve(name);
    List<Path> files = files(name);
    if (isNewer(program, files)) {
      return Optional.of(program);
    }
    Files.createDirectories(target);
    for (String compiler : COMPILERS) {
      List<String> command = new ArrayList<>(List.of(compiler, "-std=c11", "-O2", "-o"));
      command.add(program.toString());
      files.stream().map(Path::toString).filter(file -> file.endsWith(".c")).forEach(command::add);
      command.addAll(List.of("-lm", "-ldl"));
      Process process;
      try {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
      } catch (IOException e) {
        continue;
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new BenchException(String.join(" ", command) + " failed:\n" + output);
      }
      return Optional.of(program);
    }
    return Optional.empty();
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> files = Files.list(sources.resolve(name))) {
      return files.sorted().toList();
    }
  }

  private static boolean isNewer(Path program, List<Path> files) throws IOException {
    if (!Files.exists(program)) {
      return false;
    }
    for (Path file : files) {
      if (Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(program)) > 0) {
        return false;
      }
    }
    return true;
  }
}
