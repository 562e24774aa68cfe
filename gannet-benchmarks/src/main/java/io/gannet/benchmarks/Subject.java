package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A running server and its load generator: a process for each measurement, or one that runs as long
 * as the server if only a client of the same library can call it.
 */
final class Subject implements AutoCloseable {

  private final Commands commands;
  private final ServerProcess server;
  private LoadProcess ownLoad;

  private Subject(Commands commands, ServerProcess server) {
    this.commands = commands;
    this.server = server;
  }

  /**
   * Starts a server and waits until it listens.
   *
   * @param logs the directory for its error output
   */
  static Subject start(Commands commands, Peers peer, Work work, List<String> flags, Path logs)
      throws IOException {
    Path log = logs.resolve(peer.id() + ".log");
    Subject subject =
        new Subject(commands, ServerProcess.start(commands.server(peer, work, flags), log));
    if (peer.speaksItsOwnProtocol()) {
      subject.ownLoad =
          LoadProcess.start(commands.ownLoad(peer), logs.resolve(peer.id() + "-load.log"));
    }
    return subject;
  }

  /**
   * Puts load on the server.
   *
   * @param cell the cell
   * @param warmup the time before the measurement, in seconds
   * @param seconds the duration of the measurement
   */
  Readings load(Cell cell, double warmup, double seconds) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(cell.arguments());
    arguments.addAll(
        List.of("--warmup", String.valueOf(warmup), "--seconds", String.valueOf(seconds)));
    if (ownLoad == null) {
      return LoadCommand.run(commands.load(server, arguments));
    }
    arguments.addAll(Commands.target(server));
    return ownLoad.run(arguments);
  }

  @Override
  public void close() {
    if (ownLoad != null) {
      ownLoad.close();
    }
    server.close();
  }
}
