package io.gannet.benchmarks.load;

import io.gannet.benchmarks.peers.Pattern;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Whole messages with their header. */
final class FramedMessages {

  static final int HEADER = 4;

  private FramedMessages() {}

  static ByteBuffer frame(int size, int sender, long number) {
    return ByteBuffer.allocate(HEADER + size)
        .putInt(size)
        .put(Pattern.payload(size, sender, number))
        .flip();
  }

  static void write(SocketChannel channel, ByteBuffer frame) throws IOException {
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  /** Reads from a blocking channel until a message is complete, and checks it. */
  static void expect(SocketChannel channel, int size, int sender, long number) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEADER + size);
    while (frame.hasRemaining()) {
      if (channel.read(frame) < 0) {
        throw new EOFException("the server closed connection " + sender);
      }
    }
    check(frame.array(), 0, size, sender, number);
  }

  static void check(byte[] frame, int index, int size, int sender, long number) {
    if (ByteBuffer.wrap(frame).getInt(index) != size
        || !Pattern.matches(frame, index + HEADER, size, sender, number)) {
      throw new WrongBytesException(
          "message %d of %d came back with other bytes".formatted(number, sender));
    }
  }
}
