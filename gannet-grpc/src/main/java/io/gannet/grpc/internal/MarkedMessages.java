package io.gannet.grpc.internal;

import io.gannet.transport.internal.session.MessageMarks;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** The messages that a session writes, each behind its mark. */
final class MarkedMessages {

  private MarkedMessages() {}

  /**
   * Passes each message, and releases all chunks.
   *
   * @param chunks the messages
   * @param action receives each, and doesn't keep it
   * @return how many there were
   */
  static long forEach(ByteBuf[] chunks, Consumer<ByteBuf> action) {
    long messages = 0;
    int taken = 0;
    try {
      while (taken < chunks.length) {
        ByteBuf chunk = chunks[taken++];
        try {
          while (chunk.isReadable()) {
            int length = MessageMarks.length(chunk.readInt());
            messages++;
            action.accept(chunk.readSlice(length));
          }
        } finally {
          chunk.release();
        }
      }
    } finally {
      while (taken < chunks.length) { // after an exception
        chunks[taken++].release();
      }
    }
    return messages;
  }
}
