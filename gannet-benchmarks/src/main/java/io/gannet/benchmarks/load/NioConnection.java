package io.gannet.benchmarks.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection: sends as many messages as allowed, and splits the received bytes into messages.
 */
final class NioConnection {

  private static final int CHUNK = 64 * 1024;

  private final NioStream stream;
  private final SocketChannel channel;
  private final int id;
  private final long[] times;
  private final ByteBuffer out = ByteBuffer.allocate(2 * CHUNK);
  private ByteBuffer in = ByteBuffer.allocate(CHUNK);
  private ByteBuffer frame;
  private SelectionKey key;
  private long allowed;
  private long sent;
  private long received;

  NioConnection(NioStream stream, SocketChannel channel, int id) {
    this.stream = stream;
    this.channel = channel;
    this.id = id;
    this.times = new long[stream.depth()];
    if (FramedMessages.HEADER + stream.answerSize() > CHUNK) {
      in = ByteBuffer.allocate(2 * (FramedMessages.HEADER + stream.answerSize()));
    }
    out.flip();
  }

  int id() {
    return id;
  }

  SocketChannel channel() {
    return channel;
  }

  long sentAt(long number) {
    return times[(int) (number % times.length)];
  }

  void register(Selector selector) throws IOException {
    channel.configureBlocking(false);
    register(channel, selector);
  }

  private void register(SocketChannel channel, Selector selector) throws ClosedChannelException {
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Allows more messages. */
  void allow(long count) throws IOException {
    allowed += count;
    if ((key.interestOps() & SelectionKey.OP_WRITE) == 0) {
      send();
    }
  }

  void send() throws IOException {
    while (true) {
      fill();
      if (!out.hasRemaining()) {
        key.interestOps(SelectionKey.OP_READ);
        return;
      }
      channel.write(out);
      if (out.hasRemaining()) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return;
      }
    }
  }

  private void fill() {
    out.compact();
    while (out.hasRemaining()) {
      if (frame == null) {
        if (sent == allowed) {
          break;
        }
        times[(int) (sent % times.length)] = System.nanoTime();
        frame = stream.frame(id, sent++);
      }
      int part = Math.min(out.remaining(), frame.remaining());
      out.put(out.position(), frame, frame.position(), part);
      out.position(out.position() + part);
      frame.position(frame.position() + part);
      if (!frame.hasRemaining()) {
        frame = null;
      }
    }
    out.flip();
  }

  void receive() throws IOException {
    if (channel.read(in) < 0) {
      throw new EOFException("the server closed connection " + id);
    }
    long now = System.nanoTime();
    int length = FramedMessages.HEADER + stream.answerSize();
    int index = 0;
    int more = 0;
    while (in.position() - index >= length) {
      more += stream.arrived(this, in.array(), index, received++, now);
      index += length;
    }
    in.flip().position(index);
    in.compact();
    if (more > 0) {
      allow(more);
    }
  }
}
