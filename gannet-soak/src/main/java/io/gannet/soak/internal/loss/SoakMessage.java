package io.gannet.soak.internal.loss;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A message between the soak's peers: the stream, its number in the stream, and padding. The length
 * of the padding depends on both, so that messages end anywhere in a segment.
 *
 * @param stream the way of sending, see {@link Streams}
 * @param number the number of earlier messages in the stream
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
