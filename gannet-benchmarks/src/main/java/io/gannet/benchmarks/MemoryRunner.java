package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures the memory per session: of the process with a tenth of the sessions, with all of them
 * idle, and after each has had a message. Costs that arise only with the first sessions, such as
 * threads and pools, don't count.
 *
 * <p>The used heap and the rest of the process are measured separately and added. The number of
 * touched heap pages depends on the collector more than on the sessions. So the whole heap is
 * touched at the start, and the process only grows outside of it; the used heap is measured after a
 * collection. The optimizing compiler is off, because it temporarily needs more memory than many
 * sessions.
 */
final class MemoryRunner {

  private static final List<String> FLAGS =
      List.of("-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1");
  private static final double VISIT_SECONDS = 10;
  private static final int LOOKS = 10;

  /** In bytes: less than a ten-thousandth of many sessions' memory isn't worth another sample. */
  private static final long AT_REST = 32 * 1024;

  private final Options options;
  private final Commands commands;
  private final Progress progress;
  private final List<MemorySample> samples = new ArrayList<>();

  MemoryRunner(Options options, Commands commands, Progress progress) {
    this.options = options;
    this.commands = commands;
    this.progress = progress;
  }

  List<MemorySample> samples() {
    return samples;
  }

  static double visitSeconds() {
    return VISIT_SECONDS;
  }

  void round(List<Peers> peers, int round) throws IOException, InterruptedException {
    for (Peers peer : peers) {
      try {
        MemorySample sample = visit(peer, round);
        samples.add(sample);
        progress.line(
            String.format(
                Locale.ROOT,
                "round %d  %-22s %,d sessions: %,.0f B each idle, %,.0f B after a message",
                round,
                peer.id(),
                sample.sessions(),
                sample.idle(),
                sample.answered()));
      } catch (BenchException e) {
        progress.line("FAILED " + peer.id() + ", memory: " + e.getMessage());
      }
      progress.done(VISIT_SECONDS);
    }
  }

  private MemorySample visit(Peers peer, int round) throws IOException, InterruptedException {
    List<String> flags = new ArrayList<>(options.serverFlags());
    flags.addAll(FLAGS); // a later flag overrides an earlier one
    Path log = options.module().resolve("target/bench/" + peer.id() + "-memory.log");
    try (ServerProcess server = ServerProcess.start(commands.server(peer, Work.ECHO, flags), log)) {
      warmUp(server);
      int files = server.openFiles();
      int first = options.sessions() / 10;
      try (IdleLoad some = idleLoad(server, first)) {
        awaitFiles(server, files + first);
        some.exchange();
        Look before = look(server, peer);
        try (IdleLoad others = idleLoad(server, options.sessions() - first)) {
          awaitFiles(server, files + options.sessions());
          Look idle = look(server, peer);
          others.exchange();
          Look answered = look(server, peer);
          double count = options.sessions() - first;
          return new MemorySample(
              peer,
              round,
              options.sessions(),
              (idle.total() - before.total()) / count,
              (answered.total() - before.total()) / count,
              (answered.heap - before.heap) / count);
        }
      }
    }
  }

  private IdleLoad idleLoad(ServerProcess server, int connections) throws IOException {
    return IdleLoad.start(
        commands.load(server, List.of("--workload", "idle", "--connections", "" + connections)));
  }

  private void warmUp(ServerProcess server) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(Cell.echo(64, 16, 50).arguments());
    arguments.addAll(List.of("--warmup", "0.1", "--seconds", "2"));
    LoadCommand.run(commands.load(server, arguments));
    TimeUnit.MILLISECONDS.sleep(300);
  }

  private static void awaitFiles(ServerProcess server, int count)
      throws IOException, InterruptedException {
    for (int i = 0; server.openFiles() < count; i++) {
      if (i == 300) {
        throw new BenchException(
            "the server has accepted %d of %d connections".formatted(server.openFiles(), count));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    TimeUnit.MILLISECONDS.sleep(500);
  }

  /**
   * Takes samples until two of them are nearly equal, so that compilers and other threads are idle.
   */
  private static Look look(ServerProcess server, Peers peer)
      throws IOException, InterruptedException {
    Look look = lookOnce(server, peer);
    for (int i = 0; i < LOOKS; i++) {
      TimeUnit.MILLISECONDS.sleep(300);
      Look next = lookOnce(server, peer);
      if (Math.abs(next.total() - look.total()) < AT_REST) {
        return next;
      }
      look = next;
    }
    return look;
  }

  private static Look lookOnce(ServerProcess server, Peers peer) throws IOException {
    long heap = peer.isNative() ? 0 : server.collect();
    return new Look(heap, server.memory());
  }

  /**
   * @param heap bytes in use in the heap
   * @param process bytes of the process, with the whole heap
   */
  private record Look(long heap, long process) {
    long total() {
      return heap + process; // the heap's size is fixed
    }
  }
}
