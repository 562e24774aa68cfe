package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A running server, and what puts load on it: a process for each measurement, or, where only a client
 * of the same library will do, one that stays.
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
   * @param logs where its error output goes
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
   * @param cell which
   * @param warmup before it is measured, in seconds
   * @param seconds that are measured
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
