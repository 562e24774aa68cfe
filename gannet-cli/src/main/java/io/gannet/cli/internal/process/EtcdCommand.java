package io.gannet.cli.internal.process;

import io.gannet.cli.internal.common.CommandFailedException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds etcd where the build does, see {@code .ci/etcd}. */
final class EtcdCommand {

  private static final String NAME = "etcd";

  private EtcdCommand() {}

  /**
   * Finds it.
   *
   * @param environment the environment's variables
   * @return where it is
   * @throws CommandFailedException if it is nowhere; the message says how to get it
   */
  static Path find(Map<String, String> environment) {
    @Nullable String chosen = environment.get("GANNET_ETCD");
    if (chosen != null && !chosen.isEmpty()) {
      Path program = Path.of(chosen);
      if (!Files.isExecutable(program)) {
        throw new CommandFailedException(
            "GANNET_ETCD is %s, which is no program that can be run".formatted(chosen));
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
        "there is no etcd on the PATH: install it (\"apt-get install etcd-server\", \"brew install"
            + " etcd\"), set GANNET_ETCD to its path, or run .ci/etcd of the sources, which fetches"
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
