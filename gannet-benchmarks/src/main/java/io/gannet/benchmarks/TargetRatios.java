package io.gannet.benchmarks;

import static io.gannet.benchmarks.peers.Peers.C_EPOLL;
import static io.gannet.benchmarks.peers.Peers.DUBBO;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP_URING;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP_WEBSOCKET;
import static io.gannet.benchmarks.peers.Peers.GANNET_RPC;
import static io.gannet.benchmarks.peers.Peers.GANNET_VIRTUAL;
import static io.gannet.benchmarks.peers.Peers.GRPC;
import static io.gannet.benchmarks.peers.Peers.NETTY_FUSED;
import static io.gannet.benchmarks.peers.Peers.NETTY_IDIOMATIC;
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
                  new Target(GANNET_LOOP_URING, C_EPOLL, ECHO_1, 1.0),
                  new Target(GANNET_LOOP_URING, C_EPOLL, ECHO_16, 1.0),
                  new Target(GANNET_LOOP, NETTY_FUSED, ECHO_16, 1.3),
                  new Target(GANNET_LOOP, NETTY_IDIOMATIC, ECHO_16, 0.5),
                  new Target(GANNET_VIRTUAL, VERTX, ECHO_16, 0.9),
                  new Target(GANNET_VIRTUAL, VIRTUAL_BLOCKING, ECHO_1, 1.1),
                  new Target(GANNET_VIRTUAL, VIRTUAL_BLOCKING, ECHO_16, 1.1),
                  new Target(
                      GANNET_LOOP_WEBSOCKET,
                      NETTY_WEBSOCKET,
                      ECHO_16.over(Protocol.WEBSOCKET),
                      0.7)),
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
              "%s / %s, %sµs per %s, %s"
                  .formatted(
                      target.peer.label(),
                      target.other.label(),
                      cell.wire() == Protocol.PLAIN ? "" : cell.wire().label() + ", ",
                      cell.unit(),
                      cell.inFlight()),
              results.ratio(cell, target.peer, target.other),
              target.limit));
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
