package io.gannet.benchmarks;

import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Protocol;
import io.gannet.benchmarks.peers.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One thing that is measured of each peer.
 *
 * @param wire how the messages travel
 * @param work what the server does
 * @param churn whether the connections come and go, with one message each
 * @param size of a message's payload in bytes; a header of four comes on top
 * @param depth how many messages of each connection are on their way at a time
 * @param connections how many there are
 * @param threads how many of the server's threads send, when it sends by itself
 * @param rate how many messages are sent per second in all, whether or not answers come; 0 sends as
 *     fast as the depth allows
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

  /** The same, with messages that travel in another way. */
  Cell over(Protocol other) {
    return new Cell(other, work, churn, size, depth, connections, threads, rate);
  }

  /** The name in files and on command lines. */
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

  /** What a reader calls it. */
  String title() {
    return wire == Protocol.PLAIN ? workTitle() : wire.label() + ": " + workTitle();
  }

  private String workTitle() {
    String bytes = size >= 1024 && size % 1024 == 0 ? size / 1024 + " KiB" : size + " B";
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

  /** How much is on its way. */
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

  /** What one counted message is. */
  String unit() {
    return switch (work) {
      case ECHO -> churn ? "connection" : "message";
      case FANOUT -> "delivery";
      case CALL -> "call";
      case STREAM -> "item";
      case SINK, POUR -> "message";
    };
  }

  /** How the load generator is told. */
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

  /** Whether a peer can be measured in it. */
  boolean suits(Peers peer) {
    return work != Work.CALL || depth <= peer.mostCallsInFlight();
  }

  /** How many bytes may be on their way at a time. */
  long bytesInFlight() {
    return (long) size * depth * connections;
  }
}
