package io.gannet.benchmarks.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** Connections that exchange one message each. */
final class NioChurn {

  private static final class Visit {
    private final int number;
    private final long began = System.nanoTime();
    private final ByteBuffer answer;

    Visit(int number, int size) {
      this.number = number;
      this.answer = ByteBuffer.allocate(FramedMessages.HEADER + size);
    }
  }

  private final LoadOptions options;
  private int begun;

  NioChurn(LoadOptions options) {
    this.options = options;
  }

  void run() throws IOException {
    Measurement measurement = new Measurement(options);
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < options.connections(); i++) {
        begin(selector);
      }
      while (measurement.goesOn()) {
        selector.select(key -> step(selector, key, measurement), 100);
      }
    }
    measurement.print();
  }

  private void begin(Selector selector) throws IOException {
    Visit visit = new Visit(begun++, options.size());
    NioLoad.open(options, visit.number, false).register(selector, SelectionKey.OP_CONNECT, visit);
  }

  private void step(Selector selector, SelectionKey key, Measurement measurement) {
    try {
      Visit visit = (Visit) key.attachment();
      SocketChannel channel = (SocketChannel) key.channel();
      if (key.isConnectable()) {
        channel.finishConnect();
        FramedMessages.write(channel, FramedMessages.frame(options.size(), visit.number, 0));
        key.interestOps(SelectionKey.OP_READ);
        return;
      }
      if (channel.read(visit.answer) < 0) {
        throw new EOFException("the server closed connection " + visit.number);
      }
      if (!visit.answer.hasRemaining()) {
        FramedMessages.check(visit.answer.array(), 0, options.size(), visit.number, 0);
        channel.close();
        measurement.latency(System.nanoTime() - visit.began);
        measurement.messages(1);
        begin(selector);
      }
    } catch (IOException e) {
      throw new WrongBytesException(e.toString());
    }
  }
}
