package io.gannet.benchmarks;

import static io.gannet.benchmarks.peers.Peers.C_EPOLL;
import static io.gannet.benchmarks.peers.Peers.GANNET_GRPC;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP;
import static io.gannet.benchmarks.peers.Peers.GANNET_LOOP_URING;
import static io.gannet.benchmarks.peers.Peers.GANNET_VIRTUAL;
import static io.gannet.benchmarks.peers.Peers.GRPC;
import static io.gannet.benchmarks.peers.Peers.GRPC_CALLED_BY_GANNET;
import static io.gannet.benchmarks.peers.Peers.GRPC_DIRECT;
import static io.gannet.benchmarks.peers.Peers.NETTY_FUSED;
import static io.gannet.benchmarks.peers.Peers.NETTY_IDIOMATIC;
import static io.gannet.benchmarks.peers.Peers.VERTX;
import static io.gannet.benchmarks.peers.Peers.VIRTUAL_BLOCKING;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Protocol;
import io.gannet.benchmarks.peers.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The measurements without further options. */
final class Plans {

  private static final int SMALL = 64;
  private static final int MIDDLE = 1024;
  static final int LARGE = 16 * 1024;
  static final int HUGE = 1024 * 1024;

  private static final List<Cell> CALLS =
      List.of(
          Cell.call(MIDDLE, 100, 1),
          Cell.call(MIDDLE, 1000, 1),
          Cell.call(MIDDLE, 10, 10),
          Cell.call(MIDDLE, 100, 10),
          Cell.call(MIDDLE, 1, 1));

  private static final List<Cell> STREAMS =
      List.of(Cell.stream(MIDDLE, 1, 1), Cell.stream(MIDDLE, 10, 1));

  private static final List<Peers> GRPC_PEERS =
      List.of(GANNET_GRPC, GRPC_CALLED_BY_GANNET, GRPC, GRPC_DIRECT);

  /** The numbers of connections whose cost per message is compared. */
  static final int FEW = 100;

  static final int MANY = 10_000;

  /** The limit of bytes in flight: servers without back-pressure queue them in memory. */
  private static final long MOST_BYTES_IN_FLIGHT = 256L * 1024 * 1024;

  private Plans() {}

  static List<Group> quick() {
    return List.of(
        new Group(
            "echo",
            Work.ECHO,
            List.of(
                C_EPOLL,
                NETTY_FUSED,
                GANNET_LOOP,
                GANNET_LOOP_URING,
                NETTY_IDIOMATIC,
                VERTX,
                GANNET_VIRTUAL,
                VIRTUAL_BLOCKING),
            List.of(Cell.echo(SMALL, 16, 50), Cell.echo(SMALL, 1, 50))));
  }

  static List<Group> full() {
    return List.of(
        group("echo", Work.ECHO, cells(SMALL, new int[] {16, 1, 128}, 50)),
        group("one", Work.ECHO, cells(SMALL, new int[] {16, 1, 128}, 1)),
        group("thousand", Work.ECHO, cells(SMALL, new int[] {16, 1, 128}, 1000)),
        group("1k", Work.ECHO, cells(MIDDLE, new int[] {16, 1, 128}, 50)),
        group("16k", Work.ECHO, cells(LARGE, new int[] {16, 1, 128}, 50)),
        group(
            "rate",
            Work.ECHO,
            List.of(Cell.echoAtRate(SMALL, 50, 20_000), Cell.echoAtRate(SMALL, 50, 50_000))),
        group("sink", Work.SINK, List.of(Cell.sink(SMALL, 50), Cell.sink(LARGE, 50))),
        group(
            "fanout",
            Work.FANOUT,
            List.of(
                Cell.fanout(SMALL, 16, 50),
                Cell.fanout(SMALL, 1, 50),
                Cell.fanout(SMALL, 16, 1000))),
        group(
            "pour",
            Work.POUR,
            List.of(Cell.pour(SMALL, 1), Cell.pour(SMALL, 4), Cell.pour(SMALL, 64))),
        group("churn", Work.ECHO, List.of(Cell.churn(SMALL, 20))),
        group("websocket", Work.ECHO, over(Protocol.WEBSOCKET, SMALL)),
        group("tls", Work.ECHO, over(Protocol.TLS, MIDDLE)),
        new Group(
            "growth",
            Work.ECHO,
            List.of(C_EPOLL, GANNET_LOOP, GANNET_VIRTUAL, NETTY_FUSED),
            List.of(Cell.echo(SMALL, 1, FEW), Cell.echo(SMALL, 1, MANY))),
        new Group(
            "broadcast",
            Work.FANOUT,
            List.of(C_EPOLL, GANNET_LOOP, GANNET_VIRTUAL, NETTY_IDIOMATIC, VERTX),
            List.of(Cell.fanout(SMALL, 1, MANY))),
        new Group(
            "large",
            Work.ECHO,
            List.of(C_EPOLL, GANNET_LOOP, GANNET_VIRTUAL, NETTY_FUSED),
            List.of(Cell.echo(LARGE, 1, 10), Cell.echo(HUGE, 1, 10))),
        withoutGrpc(group("rpc", Work.CALL, CALLS)),
        withoutGrpc(group("streams", Work.STREAM, STREAMS)),
        new Group("grpc", Work.CALL, GRPC_PEERS, CALLS),
        new Group("grpc-streams", Work.STREAM, GRPC_PEERS, STREAMS));
  }

  /** Leaves out Gannet's gRPC, which is compared in a group of its own. */
  private static Group withoutGrpc(Group group) {
    List<Peers> peers = new ArrayList<>(group.peers());
    peers.removeAll(List.of(GANNET_GRPC, GRPC_CALLED_BY_GANNET));
    return new Group(group.name(), group.work(), peers, group.cells());
  }

  /** Returns every combination of size, depth and number of connections that fits into memory. */
  static List<Group> matrix() {
    List<Group> groups = new ArrayList<>();
    for (int size : new int[] {SMALL, MIDDLE, LARGE}) {
      for (int connections : new int[] {1, 50, 1000}) {
        groups.add(
            group(
                "echo-" + size + "-" + connections,
                Work.ECHO,
                cells(size, new int[] {16, 1, 128}, connections)));
      }
    }
    return groups;
  }

  private static List<Cell> over(Protocol wire, int size) {
    return List.of(Cell.echo(size, 16, 50).over(wire), Cell.echo(size, 1, 50).over(wire));
  }

  static Group group(String name, Work work, List<Cell> cells) {
    Protocol wire = cells.getFirst().wire();
    List<Peers> peers =
        Arrays.stream(Peers.values())
            .filter(peer -> peer.does(work) && peer.wire() == wire)
            .toList();
    return new Group(name, work, peers, cells);
  }

  static List<Cell> cells(int size, int[] depths, int connections) {
    return Arrays.stream(depths)
        .mapToObj(depth -> Cell.echo(size, depth, connections))
        .filter(cell -> cell.bytesInFlight() <= MOST_BYTES_IN_FLIGHT)
        .toList();
  }
}
