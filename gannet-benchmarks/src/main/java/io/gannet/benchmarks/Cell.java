package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Protocol;
import io.gannet.benchmarks.peers.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One combination of settings that is measured for each peer.
 *
 * @param wire how the messages are transported
 * @param work the work of the server
 * @param churn whether each connection is closed after one message
 * @param size the payload of a message in bytes, without the header of four bytes
 * @param depth the number of messages in flight per connection
 * @param connections the number of connections
 * @param threads the number of the server's sending threads, if the server sends on its own
 * @param rate the total number of messages per second, independent of the answers; 0 sends as fast
 *     as the depth allows
 */
record Cell(
    Protocol wire,
    Work work,
    boolean churn,
    int size,
    int depth,
    int connections,
    int threads,
    int rate) {

  static Cell echo(int size, int depth, int connections) {
    return new Cell(Protocol.PLAIN, Work.ECHO, false, size, depth, connections, 1, 0);
  }

  static Cell echoAtRate(int size, int connections, int rate) {
    return new Cell(Protocol.PLAIN, Work.ECHO, false, size, 1, connections, 1, rate);
  }

  static Cell sink(int size, int connections) {
    return new Cell(Protocol.PLAIN, Work.SINK, false, size, 1, connections, 1, 0);
  }

  static Cell fanout(int size, int depth, int connections) {
    return new Cell(Protocol.PLAIN, Work.FANOUT, false, size, depth, connections, 1, 0);
  }

  static Cell pour(int size, int threads) {
    return new Cell(Protocol.PLAIN, Work.POUR, false, size, 1, 1, threads, 0);
  }

  static Cell call(int size, int depth, int connections) {
    return new Cell(Protocol.PLAIN, Work.CALL, false, size, depth, connections, 1, 0);
  }

  static Cell stream(int size, int depth, int connections) {
    return new Cell(Protocol.PLAIN, Work.STREAM, false, size, depth, connections, 1, 0);
  }

  static Cell churn(int size, int connections) {
    return new Cell(Protocol.PLAIN, Work.ECHO, true, size, 1, connections, 1, 0);
  }

  /** Returns the same cell with another transport. */
  Cell over(Protocol other) {
    return new Cell(other, work, churn, size, depth, connections, threads, rate);
  }

  /** Returns the name in files and on command lines. */
  String id() {
    StringBuilder id = new StringBuilder(wire == Protocol.PLAIN ? "" : wire.id() + "-");
    id.append(churn ? "churn" : work.id());
    id.append('-').append(size).append("b-c").append(connections);
    switch (work) {
      case ECHO -> {
        if (rate > 0) {
          id.append("-r").append(rate);
        } else if (!churn) {
          id.append("-d").append(depth);
        }
      }
      case FANOUT, CALL, STREAM -> id.append("-d").append(depth);
      case POUR -> id.append("-t").append(threads);
      case SINK -> {}
    }
    return id.toString();
  }

  /** Returns the name for readers. */
  String title() {
    return wire == Protocol.PLAIN ? workTitle() : wire.label() + ": " + workTitle();
  }

  private String workTitle() {
    String bytes =
        size >= 1 << 20 && size % (1 << 20) == 0
            ? (size >> 20) + " MiB"
            : size >= 1024 && size % 1024 == 0 ? size / 1024 + " KiB" : size + " B";
    String over = over();
    return switch (work) {
      case ECHO -> {
        if (churn) {
          yield "Connect, echo %s, close; %d at a time".formatted(bytes, connections);
        }
        yield rate > 0
            ? "Echo %s, %s, %s a second".formatted(bytes, over, count(rate))
            : "Echo %s, %s, depth %d".formatted(bytes, over, depth);
      }
      case CALL -> "Call with %s both ways, %s".formatted(bytes, inFlight());
      case STREAM ->
          "Streams of %s items, %s, %d at a time".formatted(bytes, over, depth * connections);
      case SINK -> "One way in, %s, %s".formatted(bytes, over);
      case FANOUT -> "Broadcast %s to %s, depth %d".formatted(bytes, over, depth);
      case POUR ->
          "%s thread%s into one session, %s"
              .formatted(threads == 1 ? "One" : count(threads), threads == 1 ? "" : "s", bytes);
    };
  }

  /** Describes the messages in flight. */
  String inFlight() {
    if (work == Work.STREAM) {
      return depth * connections == 1 ? "one stream" : depth * connections + " streams";
    }
    return work == Work.CALL
        ? "%s, %s in flight".formatted(over(), count(depth * connections))
        : "depth " + depth;
  }

  private String over() {
    return connections == 1 ? "one connection" : count(connections) + " connections";
  }

  private static String count(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Returns what one counted message is. */
  String unit() {
    return switch (work) {
      case ECHO -> churn ? "connection" : "message";
      case FANOUT -> "delivery";
      case CALL -> "call";
      case STREAM -> "item";
      case SINK, POUR -> "message";
    };
  }

  /** Returns the arguments for the load generator. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--workload", churn ? "churn" : work.id()));
    if (wire != Protocol.PLAIN) {
      arguments.addAll(List.of("--wire", wire.id()));
    }
    arguments.addAll(List.of("--size", String.valueOf(size)));
    arguments.addAll(List.of("--depth", String.valueOf(depth)));
    arguments.addAll(List.of("--connections", String.valueOf(connections)));
    arguments.addAll(List.of("--threads", String.valueOf(threads)));
    if (rate > 0) {
      arguments.addAll(List.of("--rate", String.valueOf(rate)));
    }
    return arguments;
  }

  /** Returns whether a peer supports this cell. */
  boolean suits(Peers peer) {
    return work != Work.CALL || depth <= peer.mostCallsInFlight();
  }

  /** Returns the maximum number of bytes in flight. */
  long bytesInFlight() {
    return (long) size * depth * connections;
  }
}
