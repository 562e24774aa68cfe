package io.gannet.soak.internal.registry;

import io.gannet.cli.internal.common.Choice;
import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.process.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** The kinds of outage of a registry's server. */
enum OutageKind {
  /** The server is killed, and restarted with its data. */
  KILL {
    @Override
    void begin(RegistryServer server) throws InterruptedException {
      server.kill();
    }

    @Override
    void end(RegistryServer server) throws InterruptedException {
      server.start();
    }
  },
  /** The server is killed, and restarted without its data. */
  FORGET {
    @Override
    void begin(RegistryServer server) throws InterruptedException {
      server.kill();
      deleteFilesOf(server);
    }

    @Override
    void end(RegistryServer server) throws InterruptedException {
      server.start();
    }
  },
  /** The server is frozen (SIGSTOP) and later resumed (SIGCONT). Its connections stay open. */
  FREEZE {
    @Override
    void begin(RegistryServer server) throws InterruptedException {
      signal(server, "STOP");
    }

    @Override
    void end(RegistryServer server) throws InterruptedException {
      signal(server, "CONT");
    }
  };

  abstract void begin(RegistryServer server) throws InterruptedException;

  /** Ends the outage. Returns when the server accepts requests again. */
  abstract void end(RegistryServer server) throws InterruptedException;

  private static void deleteFilesOf(RegistryServer server) {
    try (Stream<Path> files = Files.walk(server.directory())) {
      for (Path file : files.skip(1).sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new CommandFailedException("deleting the data of %s failed".formatted(server.uri()), e);
    }
  }

  private static void signal(RegistryServer server, String signal) throws InterruptedException {
    String pid = String.valueOf(server.pid());
    try {
      if (new ProcessBuilder("kill", "-" + signal, pid).start().waitFor() != 0) {
        throw new CommandFailedException("can't send SIG%s to process %s".formatted(signal, pid));
      }
    } catch (IOException e) {
      throw new CommandFailedException("can't start the program kill", e);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Parses a kind from the command line. */
  static final class Converter extends Choice<OutageKind> {
    Converter() {
      super(values());
    }
  }
}
