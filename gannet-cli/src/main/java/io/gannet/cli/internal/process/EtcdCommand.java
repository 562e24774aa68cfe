package io.gannet.cli.internal.process;

import io.gannet.cli.internal.common.CommandFailedException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds etcd in the same places as the build, see {@code .ci/etcd}. */
final class EtcdCommand {

  private static final String NAME = "etcd";

  private EtcdCommand() {}

  /**
   * Finds the etcd program.
   *
   * @param environment the environment variables
   * @return the path of the program
   * @throws CommandFailedException if there is none; the message says how to install it
   */
  static Path find(Map<String, String> environment) {
    @Nullable String chosen = environment.get("GANNET_ETCD");
    if (chosen != null && !chosen.isEmpty()) {
      Path program = Path.of(chosen);
      if (!Files.isExecutable(program)) {
        throw new CommandFailedException(
            "GANNET_ETCD is %s, which is not an executable file".formatted(chosen));
      }
      return program;
    }
    for (String directory :
        Pattern.compile(Pattern.quote(File.pathSeparator))
            .split(environment.getOrDefault("PATH", ""), -1)) {
      Path program = Path.of(directory.isEmpty() ? "." : directory, NAME);
      if (Files.isRegularFile(program) && Files.isExecutable(program)) {
        return program;
      }
    }
    Path cached = cache(environment).resolve("gannet/etcd/etcd");
    if (Files.isExecutable(cached)) {
      return cached;
    }
    throw new CommandFailedException(
        "etcd is not on the PATH: install it (\"apt-get install etcd-server\", \"brew install"
            + " etcd\"), set GANNET_ETCD to its path, or run .ci/etcd of the sources, which"
            + " downloads"
            + " it into "
            + cached.getParent());
  }

  private static Path cache(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    return cache.isEmpty()
        ? Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".cache")
        : Path.of(cache);
  }
}
