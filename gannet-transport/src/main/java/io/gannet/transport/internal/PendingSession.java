package io.gannet.transport.internal;

import io.gannet.transport.CloseReason;
import io.gannet.transport.StopMode;
import io.gannet.transport.internal.session.NettySession;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A client's session with {@code awaitReady}, until it counts as open: its {@code onOpen} has
 * returned, and its listener has called {@code ready}. Used on the connection's loop only.
 */
final class PendingSession<M> {

  private final NettySession<M> session;
  private final Future<?> timeout;
  private boolean opened;
  private boolean ready;

  /**
   * Starts to wait.
   *
   * @param session the session, which is closed when the time is over
   * @param loop the loop of the connection
   * @param time how long the session may take
   */
  PendingSession(NettySession<M> session, EventLoop loop, Duration time) {
    this.session = session;
    this.timeout = loop.schedule(() -> close(time), time.toNanos(), TimeUnit.NANOSECONDS);
  }

  boolean is(NettySession<M> other) {
    return session.equals(other);
  }

  /**
   * Notes that a session's onOpen has returned. Returns whether that session is this one, and
   * counts as open now.
   */
  boolean opened(NettySession<M> other) {
    if (!is(other)) {
      return false;
    }
    opened = true;
    return ready;
  }

  /**
   * Notes that a session's listener has called ready. Returns whether that session is this one,
   * and counts as open now.
   */
  boolean ready(NettySession<M> other) {
    if (!is(other)) {
      return false;
    }
    ready = true;
    return opened;
  }

  /** Ends the wait, because the session counts as open or has ended. */
  void forget() {
    timeout.cancel(false);
  }

  private void close(Duration time) {
    session.stop(
        StopMode.NOW,
        new CloseReason(
            CloseReason.Kind.NOT_READY,
            "Session.ready was not called within %d ms (setting connectTimeout)"
                .formatted(time.toMillis())),
        Duration.ZERO);
  }
}
