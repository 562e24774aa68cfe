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
 * Measures the memory per session: the growth of a server in {@value #LEVELS} steps of as many new
 * sessions, which are idle first and then exchange one message each. The result is the median of
 * the slopes between all pairs of steps, so that neither costs of the first sessions, such as
 * threads and pools, nor memory that the process takes or gives back once count.
 *
 * <p>The used heap and the rest of the process are measured and fitted separately, and added. The
 * number of touched heap pages depends on the collector more than on the sessions. So the whole
 * heap is touched at the start, and the process only grows outside of it; the used heap is measured
 * after a collection. The C library returns its free memory before each sample. The optimizing
 * compiler is off, because it temporarily needs more memory than many sessions.
 */
final class MemoryRunner {

  private static final List<String> FLAGS =
      List.of("-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1");
  private static final double VISIT_SECONDS = 14;
  private static final int LEVELS = 5;
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
                "round %d  %-22s %,d sessions: %,.0f B each idle, %,.0f B after a message, %,.0f of"
                    + " it heap",
                round,
                peer.id(),
                sample.sessions(),
                sample.idle(),
                sample.answered(),
                sample.heap()));
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
      return grow(server, peer, round);
    }
  }

  private MemorySample grow(ServerProcess server, Peers peer, int round)
      throws IOException, InterruptedException {
    int files = server.openFiles();
    int step = options.sessions() / LEVELS;
    List<Look> answered = new ArrayList<>();
    List<Double> idle = new ArrayList<>();
    List<IdleLoad> loads = new ArrayList<>();
    try {
      for (int level = 1; level <= LEVELS; level++) {
        IdleLoad load = idleLoad(server, step);
        loads.add(load);
        awaitFiles(server, files + level * step);
        if (level > 1) {
          idle.add((double) (look(server, peer).total() - answered.getLast().total()) / step);
        }
        load.exchange();
        answered.add(look(server, peer));
      }
    } finally {
      loads.forEach(IdleLoad::close);
    }
    double heap = slope(answered.stream().map(Look::heap).toList()) / step;
    // What shrinks while sessions are added isn't theirs.
    double outside = Math.max(0, slope(answered.stream().map(Look::process).toList()) / step);
    return new MemorySample(
        peer, round, LEVELS * step, Statistics.of(idle).median(), heap + outside, heap);
  }

  /** Returns the growth per step: the median over all pairs of steps. */
  private static double slope(List<Long> levels) {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < levels.size(); i++) {
      for (int j = i + 1; j < levels.size(); j++) {
        slopes.add((double) (levels.get(j) - levels.get(i)) / (j - i));
      }
    }
    return Statistics.of(slopes).median();
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
    TimeUnit.MILLISECONDS.sleep(200);
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
