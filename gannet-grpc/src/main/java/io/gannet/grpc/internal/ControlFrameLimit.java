package io.gannet.grpc.internal;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.concurrent.TimeUnit;

/**
 * Limits how many frames without data a peer may send: each costs time, and most of them an answer.
 * Used on the connection's loop only.
 */
final class ControlFrameLimit {

  /** The number of frames in a period. */
  static final int MAX_FRAMES = 1000;

  private static final long PERIOD = TimeUnit.SECONDS.toNanos(10);

  private long begin = System.nanoTime();
  private int frames;

  /** Whether this side has sent data since the last ping. */
  private boolean hasSent;

  /** Called when this side has sent headers or data. */
  void sent() {
    hasSent = true;
  }

  /**
   * Counts a ping. One ping is free for each time that this side has sent: peers measure the
   * bandwidth with them.
   */
  void ping() throws Http2Exception {
    if (hasSent) {
      hasSent = false;
    } else {
      frame("PING");
    }
  }

  /**
   * Counts a frame.
   *
   * @param what its name
   * @throws Http2Exception if there were too many
   */
  void frame(String what) throws Http2Exception {
    if (++frames > MAX_FRAMES) {
      long now = System.nanoTime();
      if (now - begin < PERIOD) {
        throw Http2Exception.connectionError(
            Http2Error.ENHANCE_YOUR_CALM,
            "more than %d frames without data in %d s, the last was %s",
            MAX_FRAMES,
            TimeUnit.NANOSECONDS.toSeconds(PERIOD),
            what);
      }
      begin = now;
      frames = 1;
    }
  }
}
