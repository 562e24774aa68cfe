package io.gannet.benchmarks.load;

import io.gannet.benchmarks.peers.Numbers;
import io.gannet.benchmarks.peers.Pattern;
import io.gannet.benchmarks.peers.Work;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/** The workloads with permanent connections: echo, sink, fanout and pour. */
final class NioStream {

  private static final int SINK_BYTES = 256 * 1024;
  private static final int SINK_WINDOWS = 4;

  private final LoadOptions options;
  private final Measurement measurement;
  private final List<NioConnection> connections = new ArrayList<>();
  private final int window;
  private final int[] arrived;
  private final long[] expected;
  private long start;
  private long scheduled;

  NioStream(LoadOptions options) {
    this.options = options;
    this.measurement = new Measurement(options);
    this.window = Math.clamp(SINK_BYTES / (options.size() + FramedMessages.HEADER), 1, 1024);
    this.arrived = new int[options.depth()];
    this.expected = new long[options.threads()];
  }

  void run() throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < options.connections(); i++) {
        NioConnection connection = new NioConnection(this, NioLoad.open(options, i, true), i);
        connections.add(connection);
        if (options.workload().equals("fanout")) {
          introduce(i);
        }
      }
      start = System.nanoTime();
      for (NioConnection connection : connections) {
        connection.register(selector);
        connection.allow(firstAllowance(connection.id()));
      }
      while (measurement.goesOn()) {
        if (options.rate() > 0) {
          selector.selectNow(NioStream::step);
          sendScheduled();
        } else {
          selector.select(NioStream::step, 100);
        }
      }
    }
    measurement.print();
  }

  private static void step(SelectionKey key) {
    try {
      NioConnection connection = (NioConnection) key.attachment();
      if (key.isWritable()) {
        connection.send();
      }
      if (key.isReadable()) {
        connection.receive();
      }
    } catch (IOException e) {
      throw new WrongBytesException(e.toString());
    }
  }

  /** Waits until the server knows a connection, which then receives the messages to all. */
  private void introduce(int newest) throws IOException {
    int size = Pattern.STAMP_BYTES;
    FramedMessages.write(connections.get(newest).channel(), FramedMessages.frame(size, newest, 0));
    for (int i = 0; i <= newest; i++) {
      FramedMessages.expect(connections.get(i).channel(), size, newest, 0);
    }
  }

  private long firstAllowance(int connection) {
    return switch (options.workload()) {
      case "sink" -> (long) SINK_WINDOWS * (window + 1);
      case "fanout" -> connection == 0 ? options.depth() : 0;
      case "pour" -> 1;
      default -> options.rate() > 0 ? 0 : options.depth();
    };
  }

  private long intended(long global) {
    return start + (long) (global * 1e9 / options.rate());
  }

  private void sendScheduled() throws IOException {
    while (intended(scheduled) <= System.nanoTime()) {
      NioConnection connection = connections.get((int) (scheduled % options.connections()));
      measurement.delay(System.nanoTime() - intended(scheduled++));
      connection.allow(1);
    }
  }

  /** Returns the next message of a connection. */
  ByteBuffer frame(int sender, long number) {
    return switch (options.workload()) {
      case "pour" ->
          ByteBuffer.allocate(FramedMessages.HEADER + Pattern.STAMP_BYTES)
              .putInt(Pattern.STAMP_BYTES)
              .putInt(options.size())
              .putLong(options.threads())
              .flip();
      case "sink" ->
          number % (window + 1) == window
              ? ByteBuffer.allocate(FramedMessages.HEADER + Work.COUNT_BYTES)
                  .putInt(Work.COUNT_BYTES)
                  .putLong(number)
                  .flip()
              : FramedMessages.frame(options.size(), sender, number);
      default -> FramedMessages.frame(options.size(), sender, number);
    };
  }

  int depth() {
    return options.depth();
  }

  int answerSize() {
    return options.workload().equals("sink") ? Work.COUNT_BYTES : options.size();
  }

  /** Checks and counts a message. Returns how many more its connection may send. */
  int arrived(NioConnection connection, byte[] bytes, int index, long number, long now)
      throws IOException {
    return switch (options.workload()) {
      case "sink" -> counted(bytes, index, number);
      case "pour" -> poured(bytes, index);
      case "fanout" -> delivered(bytes, index, number, now);
      default -> echoed(connection, bytes, index, number, now);
    };
  }

  private int counted(byte[] bytes, int index, long number) {
    long count = Numbers.getLong(bytes, index + FramedMessages.HEADER);
    if (count != (number + 1) * window) {
      throw new WrongBytesException(
          "the server counted %d of %d".formatted(count, (number + 1) * window));
    }
    measurement.messages(window);
    return window + 1;
  }

  private int poured(byte[] bytes, int index) {
    int sender = Numbers.getInt(bytes, index + FramedMessages.HEADER);
    if (sender < 0 || sender >= expected.length) {
      throw new WrongBytesException("a message from thread " + sender);
    }
    FramedMessages.check(bytes, index, options.size(), sender, expected[sender]++);
    measurement.messages(1);
    return 0;
  }

  private int delivered(byte[] bytes, int index, long number, long now) throws IOException {
    FramedMessages.check(bytes, index, options.size(), 0, number);
    measurement.messages(1);
    measurement.latency(now - connections.getFirst().sentAt(number));
    int slot = (int) (number % options.depth());
    if (++arrived[slot] == options.connections()) {
      arrived[slot] = 0;
      connections.getFirst().allow(1);
    }
    return 0;
  }

  private int echoed(NioConnection connection, byte[] bytes, int index, long number, long now) {
    FramedMessages.check(bytes, index, options.size(), connection.id(), number);
    measurement.messages(1);
    if (options.rate() > 0) {
      measurement.latency(now - intended(number * options.connections() + connection.id()));
      return 0;
    }
    measurement.latency(now - connection.sentAt(number));
    return 1;
  }
}
