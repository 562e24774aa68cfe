package io.gannet.discovery.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The etcd program, which the script {@code .ci/etcd} finds or downloads. */
public final class EtcdProgram {

  private static final long PATIENCE_SECONDS = 400;

  private EtcdProgram() {}

  /**
   * Runs the script, once per process.
   *
   * @return the program
   * @throws IllegalStateException if etcd is neither found nor downloaded; the message says what to
   *     do
   */
  public static Path path() {
    // Holds the path, which is determined on first use.
    class Holder {
      static final Path PATH = find();
    }
    return Holder.PATH;
  }

  private static Path find() {
    Path script = script();
    try {
      Path errors = Files.createTempFile("gannet-etcd", ".txt");
      try {
        Process process =
            new ProcessBuilder(script.toString()).redirectError(errors.toFile()).start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
        String path =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
          throw new IllegalStateException(Files.readString(errors));
        }
        return Path.of(path);
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + script, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while looking for etcd", e);
    }
  }

  private static Path script() {
    @Nullable Path directory = Path.of("").toAbsolutePath();
    while (directory != null) {
      Path script = directory.resolve(".ci/etcd");
      if (Files.isExecutable(script)) {
        return script;
      }
      directory = directory.getParent();
    }
    throw new IllegalStateException("no .ci/etcd in this directory or its parents");
  }
}
