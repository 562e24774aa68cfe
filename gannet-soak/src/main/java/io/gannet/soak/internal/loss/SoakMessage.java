package io.gannet.soak.internal.loss;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the soak's peers exchange: a stream, the number of the message in its stream, and padding of a
 * length that follows from both, so that messages end anywhere in a segment.
 *
 * @param stream who sent it, see {@link Streams}
 * @param number how many messages of the stream come before it
 */
record SoakMessage(int stream, long number) {

  private static final int HEADER = Integer.BYTES + Long.BYTES;
  private static final int MAX_PADDING = 200;
  private static final byte FILLER = '.';

  byte[] encode() {
    byte[] bytes = new byte[HEADER + padding()];
    ByteBuffer.wrap(bytes).putInt(stream).putLong(number);
    Arrays.fill(bytes, HEADER, bytes.length, FILLER);
    return bytes;
  }

  static SoakMessage decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    SoakMessage message = new SoakMessage(buffer.getInt(), buffer.getLong());
    if (bytes.length != HEADER + message.padding()) {
      throw new IllegalArgumentException("%s has %d bytes".formatted(message, bytes.length));
    }
    return message;
  }

  private int padding() {
    return (int) ((number * 31 + stream) % MAX_PADDING);
  }
}
