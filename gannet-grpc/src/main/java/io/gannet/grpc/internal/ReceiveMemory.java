package io.gannet.grpc.internal;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The memory for large messages that are being received on a connection. A message that is larger
 * than the initial window of a stream waits for its turn, and its sender for its window; so
 * messages can't block each other halfway. Used on the connection's loop only.
 */
final class ReceiveMemory {

  /** What is granted at a time, in bytes, unless one message may be larger. */
  private static final long USUAL = 16 << 20;

  private final ArrayDeque<GrpcStream> waiting = new ArrayDeque<>();
  private long used;

  /**
   * Asks for room for a message.
   *
   * @param stream its call
   * @param maxMessageSize the largest message in bytes
   * @return whether there is room now; otherwise {@link #next} returns the call later
   */
  boolean ask(GrpcStream stream, int maxMessageSize) {
    if (waiting.isEmpty() && fits(stream, maxMessageSize)) {
      grant(stream);
      return true;
    }
    waiting.add(stream);
    return false;
  }

  private boolean fits(GrpcStream stream, int maxMessageSize) {
    return used + stream.length <= Math.max(USUAL, maxMessageSize);
  }

  private void grant(GrpcStream stream) {
    stream.granted = (int) stream.length;
    used += stream.granted;
  }

  /** Called when a message is no longer wanted. */
  void free(GrpcStream stream) {
    complete(stream);
    free(take(stream));
  }

  /** Called when a message is complete: it needs no more room than it has. */
  void complete(GrpcStream stream) {
    if (stream.granted == 0 && !waiting.isEmpty()) {
      waiting.remove(stream);
    }
  }

  /** {@return the room of a message in bytes, to be freed with {@link #free(int)} from now on} */
  int take(GrpcStream stream) {
    int room = stream.granted;
    stream.granted = 0;
    return room;
  }

  /** Called when a message has been passed on. */
  void free(int room) {
    used -= room;
  }

  /** {@return a call whose message has got its room, or null} */
  @Nullable GrpcStream next(int maxMessageSize) {
    GrpcStream first = waiting.peek();
    if (first == null || !fits(first, maxMessageSize)) {
      return null;
    }
    waiting.remove();
    grant(first);
    return first;
  }
}
