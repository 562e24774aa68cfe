package io.gannet.grpc.internal;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;

/**
 * The streams of a connection that were reset. Used on the connection's loop only.
 *
 * <p><b>By the peer.</b> A stream that is opened and reset at once costs work, and escapes the
 * limit on open streams. Such a reset counts; a call that runs for a while or is answered is within
 * the other limits. A client that gives up some of its calls is therefore not limited: each answer
 * makes up for one reset.
 *
 * <p><b>By this side.</b> What the peer has sent before it learns of the reset is not answered.
 */
final class StreamResets {

  /** How many resets count at once. */
  static final int MAX = 1000;

  /** The time after which one reset less counts. */
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(10);

  /** The age in nanoseconds from which the reset of a call doesn't count. */
  private static final long LONG = TimeUnit.MILLISECONDS.toNanos(100);

  /** The most ids that are remembered. */
  private static final int REMEMBERED = 1024;

  /** When no reset counts any more, unless others follow. */
  private long clear = System.nanoTime();

  private final LinkedHashSet<Integer> sent = new LinkedHashSet<>(0);

  /**
   * Counts a reset by the peer.
   *
   * @throws Http2Exception if there were too many
   */
  void received(GrpcStream stream) throws Http2Exception {
    long now = System.nanoTime();
    if (stream.isCall() && now - stream.begin >= LONG) {
      return;
    }
    clear = (clear - now > 0 ? clear : now) + STEP;
    if (clear - now > MAX * STEP) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM,
          "more than %d streams were reset within %d ms, and not made up for by others that were"
              + " not",
          MAX,
          TimeUnit.NANOSECONDS.toMillis(LONG));
    }
  }

  /** Called when a stream has ended without a reset by the peer. */
  void completed() {
    clear -= STEP;
  }

  /** Called when a stream has closed. */
  void closed(Http2Stream stream) {
    if (stream.isResetSent() && sent.add(stream.id()) && sent.size() > REMEMBERED) {
      sent.removeFirst();
    }
  }

  /** {@return whether this side has reset a stream, and may still receive something of it} */
  boolean wasReset(int id) {
    return sent.contains(id);
  }
}
