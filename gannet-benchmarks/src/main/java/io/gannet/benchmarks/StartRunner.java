package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures how long a server takes from the start of its process to the first answered message, and
 * until it has half of its warm speed under load.
 */
final class StartRunner {

  /** The servers that are measured. */
  static final List<Peers> PEERS =
      List.of(
          Peers.C_EPOLL,
          Peers.GANNET_LOOP,
          Peers.GANNET_VIRTUAL,
          Peers.NETTY_FUSED,
          Peers.NETTY_IDIOMATIC,
          Peers.VERTX);

  private static final Cell LOAD = Cell.echo(64, 16, 50);
  private static final double WINDOW = 0.1;
  private static final double SETTLE = 0.02;
  private static final int WARM_AFTER_SECONDS = 5;
  private static final int WARM_WINDOWS = 5;
  private static final int PAYLOAD = 64;

  private record Window(double end, double micros) {}

  private final Options options;
  private final Cores cores;
  private final Commands commands;
  private final Progress progress;
  private final List<StartSample> samples = new ArrayList<>();

  StartRunner(Options options, Cores cores, Commands commands, Progress progress) {
    this.options = options;
    this.cores = cores;
    this.commands = commands;
    this.progress = progress;
  }

  List<StartSample> samples() {
    return samples;
  }

  static double visitSeconds() {
    return WARM_AFTER_SECONDS + 2;
  }

  void round(List<Peers> peers, int round) throws IOException, InterruptedException {
    for (Peers peer : peers) {
      StartSample sample = visit(peer, round);
      samples.add(sample);
      progress.line(
          String.format(
              Locale.ROOT,
              "round %d  %-22s first answer after %.2f s, half of the warm speed after %.2f s",
              round,
              peer.id(),
              sample.answered(),
              sample.half()));
      progress.done(visitSeconds());
    }
  }

  private StartSample visit(Peers peer, int round) throws IOException, InterruptedException {
    Path log = options.module().resolve("target/bench/" + peer.id() + "-start.log");
    long began = System.nanoTime();
    try (ServerProcess server =
        ServerProcess.start(commands.server(peer, Work.ECHO, options.serverFlags()), log)) {
      exchange(server.port());
      double answered = since(began);
      List<Window> windows = new ArrayList<>();
      while (since(began) < WARM_AFTER_SECONDS || windows.size() < WARM_WINDOWS) {
        windows.add(window(server, peer, round, began));
      }
      double warm =
          Statistics.of(
                  windows.subList(windows.size() - WARM_WINDOWS, windows.size()).stream()
                      .map(Window::micros)
                      .toList())
              .median();
      double half =
          windows.stream()
              .filter(window -> window.micros() <= 2 * warm)
              .findFirst()
              .orElseThrow()
              .end();
      return new StartSample(peer, round, answered, half);
    }
  }

  private Window window(ServerProcess server, Peers peer, int round, long began)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(LOAD.arguments());
    arguments.addAll(List.of("--warmup", "" + SETTLE, "--seconds", "" + WINDOW));
    Sample sample =
        LoadCommand.run(commands.load(server, arguments)).sample(peer, LOAD, round, cores);
    return new Window(since(began), sample.microsPerMessage());
  }

  private static void exchange(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      byte[] message = ByteBuffer.allocate(Integer.BYTES + PAYLOAD).putInt(PAYLOAD).array();
      socket.getOutputStream().write(message);
      new DataInputStream(socket.getInputStream()).readFully(message);
    }
  }

  private static double since(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
