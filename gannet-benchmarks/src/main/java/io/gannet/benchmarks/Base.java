package io.gannet.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A commit that the working tree is compared with: its sources, exported to the user's cache, and
 * their build. The repository and the working tree are left alone.
 *
 * @param name the first digits of its hash, and its subject
 * @param classPath the class path of its benchmarks
 */
record Base(String name, String classPath) {

  /**
   * Exports and builds a commit, unless that has been done before.
   *
   * @param root the directory of the project
   * @param revision the commit; if empty, the last one, or the one before it if the working tree
   *     has no change since
   */
  static Base build(Path root, Optional<String> revision) throws IOException, InterruptedException {
    String commit = git(root, "rev-parse", "--verify", "--quiet", revisionOf(root, revision));
    String name = git(root, "log", "-1", "--format=%h %s", commit);
    Path directory = cache().resolve("gannet/bench").resolve(commit);
    if (!Files.isDirectory(directory)) {
      export(root, commit, directory);
    }
    System.out.println("Comparing with " + name + "; the first time that takes a build.");
    // Any command of the base builds it first.
    run(
        List.of(directory.resolve("bench").toString(), "--help"),
        "the base doesn't build",
        directory);
    return new Base(name, directory.resolve("gannet-benchmarks/target/quick/lib") + "/*");
  }

  private static String revisionOf(Path root, Optional<String> revision)
      throws IOException, InterruptedException {
    if (revision.isPresent()) {
      return revision.get() + "^{commit}";
    }
    return git(root, "status", "--porcelain").isEmpty() ? "HEAD~1" : "HEAD";
  }

  private static void export(Path root, String commit, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory.getParent());
    // Moved when it is complete, so that an interrupted export isn't taken for a base.
    Path incomplete = Files.createTempDirectory(directory.getParent(), "export");
    Path archive = incomplete.resolve("sources.tar");
    git(root, "archive", "--format=tar", "--output=" + archive, commit);
    run(
        List.of("tar", "-x", "-f", archive.toString(), "-C", incomplete.toString()),
        "can't unpack the base",
        incomplete);
    Files.delete(archive);
    Files.move(incomplete, directory);
  }

  private static Path cache() {
    String cache = System.getenv("XDG_CACHE_HOME");
    return cache == null || cache.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache")
        : Path.of(cache);
  }

  private static String git(Path root, String... arguments)
      throws IOException, InterruptedException {
    return run(
        Commands.of("git", arguments), "--guard needs a git repository with such a commit", root);
  }

  /** Runs a command to its end, and returns its output. */
  private static String run(List<String> command, String failure, Path directory)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new BenchException(failure + ": " + e.getMessage());
    }
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new BenchException(
          "%s: %s failed%n%s".formatted(failure, String.join(" ", command), output));
    }
    return output;
  }
}
