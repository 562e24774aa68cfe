package io.gannet.benchmarks;

import static io.gannet.benchmarks.peers.Peers.C_EPOLL;
import static io.gannet.benchmarks.peers.Peers.DUBBO;
import static io.gannet.benchmarks.peers.Peers.GANNET_GRPC;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP_TLS;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP_URING;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP_WEBSOCKET;
import static io.gannet.benchmarks.peers.Peers.GANNET_RPC;
import static io.gannet.benchmarks.peers.Peers.GANNET_RPC_JSON;
import static io.gannet.benchmarks.peers.Peers.GANNET_VIRTUAL;
import static io.gannet.benchmarks.peers.Peers.GRPC;
import static io.gannet.benchmarks.peers.Peers.GRPC_DIRECT;
import static io.gannet.benchmarks.peers.Peers.GRPC_POOL;
import static io.gannet.benchmarks.peers.Peers.NETTY_FUSED;
import static io.gannet.benchmarks.peers.Peers.NETTY_IDIOMATIC;
import static io.gannet.benchmarks.peers.Peers.NETTY_TLS;
import static io.gannet.benchmarks.peers.Peers.NETTY_WEBSOCKET;
import static io.gannet.benchmarks.peers.Peers.VERTX;
import static io.gannet.benchmarks.peers.Peers.VIRTUAL_BLOCKING;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Gannet's targets, as ratios of processor time and memory. */
final class TargetRatios {

  /**
   * The result for one target.
   *
   * @param what the compared value
   * @param ratio the measured ratio
   * @param limit the maximum ratio
   */
  record Outcome(String what, Statistics ratio, double limit) {
    boolean isReached() {
      return ratio.median() <= limit;
    }
  }

  private record Target(Peers peer, Peers other, Cell cell, double limit) {}

  private record MemoryTarget(Peers peer, Peers other, double limit) {}

  private static final Cell ECHO_1 = Cell.echo(64, 1, 50);
  private static final Cell ECHO_16 = Cell.echo(64, 16, 50);

  private static final Cell BROADCAST = Cell.fanout(64, 1, Plans.MANY);
  private static final double MOST_GROWTH = 1.1;

  private static final List<Cell> CALLS =
      List.of(
          Cell.call(1024, 100, 1),
          Cell.call(1024, 1000, 1),
          Cell.call(1024, 10, 10),
          Cell.call(1024, 100, 10));

  private static final List<Target> PROCESSOR =
      Stream.of(
              Stream.of(
                  new Target(GANNET_LOOP, C_EPOLL, ECHO_1, 1.1),
                  new Target(GANNET_LOOP, C_EPOLL, ECHO_16, 1.1),
                  new Target(GANNET_LOOP_URING, C_EPOLL, ECHO_1, 0.9),
                  new Target(GANNET_LOOP_URING, C_EPOLL, ECHO_16, 0.9),
                  new Target(GANNET_LOOP, NETTY_FUSED, ECHO_1, 1.0),
                  new Target(GANNET_LOOP, NETTY_FUSED, ECHO_16, 1.03),
                  new Target(GANNET_LOOP, NETTY_IDIOMATIC, ECHO_16, 0.42),
                  new Target(GANNET_VIRTUAL, NETTY_FUSED, ECHO_1, 1.15),
                  new Target(GANNET_VIRTUAL, VERTX, ECHO_16, 0.55),
                  new Target(GANNET_VIRTUAL, VIRTUAL_BLOCKING, ECHO_1, 1.1),
                  new Target(GANNET_VIRTUAL, VIRTUAL_BLOCKING, ECHO_16, 1.1),
                  new Target(
                      GANNET_LOOP_WEBSOCKET,
                      NETTY_WEBSOCKET,
                      ECHO_16.over(Protocol.WEBSOCKET),
                      0.55),
                  new Target(
                      GANNET_LOOP_TLS, NETTY_TLS, Cell.echo(1024, 16, 50).over(Protocol.TLS), 0.9),
                  new Target(GANNET_LOOP, NETTY_IDIOMATIC, BROADCAST, 0.6),
                  new Target(GANNET_LOOP, NETTY_FUSED, Cell.echo(Plans.LARGE, 1, 10), 1.05),
                  new Target(GANNET_LOOP, NETTY_FUSED, Cell.echo(Plans.HUGE, 1, 10), 1.05),
                  new Target(GANNET_RPC, GRPC_DIRECT, Cell.call(1024, 1, 1), 1.1),
                  new Target(GANNET_GRPC, GRPC_DIRECT, Cell.call(1024, 1, 1), 1.1),
                  new Target(GANNET_RPC_JSON, GRPC_POOL, Cell.stream(1024, 1, 1), 0.9),
                  new Target(GANNET_RPC_JSON, GRPC_POOL, Cell.stream(1024, 10, 1), 0.9)),
              CALLS.stream().map(cell -> new Target(GANNET_RPC_JSON, GRPC_DIRECT, cell, 0.8)),
              CALLS.stream().map(cell -> new Target(GANNET_GRPC, GRPC_DIRECT, cell, 0.8)),
              CALLS.stream().map(cell -> new Target(GANNET_GRPC, GRPC, cell, 0.35)),
              CALLS.stream().map(cell -> new Target(GANNET_RPC, GRPC, cell, 0.5)),
              CALLS.stream().map(cell -> new Target(GANNET_RPC, DUBBO, cell, 0.7)))
          .flatMap(targets -> targets)
          .toList();

  private static final List<MemoryTarget> MEMORY =
      List.of(
          new MemoryTarget(GANNET_LOOP, NETTY_FUSED, 1.25),
          new MemoryTarget(GANNET_VIRTUAL, NETTY_FUSED, 1.3),
          new MemoryTarget(GANNET_VIRTUAL, VERTX, 0.5));

  /** The peers for the targets on memory. */
  static final List<Peers> MEMORY_PEERS = List.of(NETTY_FUSED, GANNET_LOOP, GANNET_VIRTUAL, VERTX);

  private TargetRatios() {}

  static List<Outcome> outcomes(Results results) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Target target : PROCESSOR) {
      Cell cell = target.cell;
      outcomes.add(
          new Outcome(
              "%s / %s, %sµs per %s of %,d B, %s"
                  .formatted(
                      target.peer.label(),
                      target.other.label(),
                      cell.wire() == Protocol.PLAIN ? "" : cell.wire().label() + ", ",
                      cell.unit(),
                      cell.size(),
                      cell.inFlight()),
              results.ratio(cell, target.peer, target.other),
              target.limit));
    }
    for (Peers peer : List.of(GANNET_LOOP, GANNET_VIRTUAL)) {
      outcomes.add(
          new Outcome(
              "%s / %s, growth of µs per message from %,d to %,d connections"
                  .formatted(peer.label(), C_EPOLL.label(), Plans.FEW, Plans.MANY),
              results.growthRatio(
                  Cell.echo(64, 1, Plans.FEW), Cell.echo(64, 1, Plans.MANY), peer, C_EPOLL),
              MOST_GROWTH));
    }
    for (MemoryTarget target : MEMORY) {
      outcomes.add(
          new Outcome(
              "%s / %s, memory per session".formatted(target.peer.label(), target.other.label()),
              results.memoryRatio(target.peer, target.other),
              target.limit));
    }
    outcomes.removeIf(outcome -> outcome.ratio.count() == 0);
    return outcomes;
  }
}
