package io.gannet.benchmarks;

import static io.gannet.benchmarks.peers.Peers.C_EPOLL;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP_URING;
import static io.gannet.benchmarks.peers.Peers.GANNET_VIRTUAL;
import static io.gannet.benchmarks.peers.Peers.NETTY_FUSED;
import static io.gannet.benchmarks.peers.Peers.NETTY_IDIOMATIC;
import static io.gannet.benchmarks.peers.Peers.VERTX;
import static io.gannet.benchmarks.peers.Peers.VIRTUAL_BLOCKING;

import io.gannet.benchmarks.peers.Peers;
import java.util.ArrayList;
import java.util.List;

/** What Gannet wants to reach over TCP, as ratios of processor time and memory. */
final class Targets {

  /**
   * One target.
   *
   * @param what is compared
   * @param ratio as it was measured
   * @param limit what it may be at most
   */
  record Outcome(String what, Statistics ratio, double limit) {
    boolean isReached() {
      return ratio.median() <= limit;
    }
  }

  private record Target(Peers peer, Peers other, int depth, double limit) {}

  private static final List<Target> PROCESSOR =
      List.of(
          new Target(GANNET_LOOP, C_EPOLL, 1, 1.1),
          new Target(GANNET_LOOP, C_EPOLL, 16, 1.1),
          new Target(GANNET_LOOP_URING, C_EPOLL, 1, 1.0),
          new Target(GANNET_LOOP_URING, C_EPOLL, 16, 1.0),
          new Target(GANNET_LOOP, NETTY_FUSED, 16, 1.3),
          new Target(GANNET_LOOP, NETTY_IDIOMATIC, 16, 0.5),
          new Target(GANNET_VIRTUAL, VERTX, 16, 0.9),
          new Target(GANNET_VIRTUAL, VIRTUAL_BLOCKING, 1, 1.1),
          new Target(GANNET_VIRTUAL, VIRTUAL_BLOCKING, 16, 1.1));

  private static final List<Target> MEMORY =
      List.of(
          new Target(GANNET_LOOP, NETTY_FUSED, 0, 1.2),
          new Target(GANNET_VIRTUAL, NETTY_FUSED, 0, 1.2),
          new Target(GANNET_VIRTUAL, VERTX, 0, 0.5));

  /** Who is needed for the targets on memory. */
  static final List<Peers> MEMORY_PEERS = List.of(NETTY_FUSED, GANNET_LOOP, GANNET_VIRTUAL, VERTX);

  private Targets() {}

  static List<Outcome> outcomes(Results results) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Target target : PROCESSOR) {
      Statistics ratio = results.ratio(Cell.echo(64, target.depth, 50), target.peer, target.other);
      add(outcomes, target, "µs per message, depth " + target.depth, ratio);
    }
    for (Target target : MEMORY) {
      Statistics ratio = results.memoryRatio(target.peer, target.other);
      add(outcomes, target, "memory per session", ratio);
    }
    return outcomes;
  }

  private static void add(List<Outcome> outcomes, Target target, String of, Statistics ratio) {
    if (ratio.count() > 0) {
      outcomes.add(
          new Outcome(
              "%s / %s, %s".formatted(target.peer.label(), target.other.label(), of),
              ratio,
              target.limit));
    }
  }
}
