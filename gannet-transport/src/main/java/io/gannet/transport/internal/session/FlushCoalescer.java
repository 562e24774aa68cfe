package io.gannet.transport.internal.session;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/**
 * Writes what callbacks on a loop have answered when the loop has read all connections that it was
 * woken for, instead of after each of them: the peers, or the kernel on their behalf, are woken by a
 * few writes in a row and not by each one. Used on the loop's thread only.
 */
final class FlushCoalescer implements Runnable {

  /** So many sessions wait at most, so that the first of a large turn doesn't wait for all. */
  private static final int MOST_WAITING = 64;

  private final EventLoop loop;
  private final ArrayDeque<Inbound<?>> waiting = new ArrayDeque<>();
  private boolean scheduled;

  FlushCoalescer(EventLoop loop) {
    this.loop = loop;
  }

  /** Has a session flush at the end of the turn. */
  void add(Inbound<?> session) {
    waiting.add(session);
    if (waiting.size() == MOST_WAITING) {
      flush();
    } else if (!scheduled) {
      scheduled = true;
      try {
        loop.execute(this);
      } catch (RejectedExecutionException e) {
        run(); // the loop is about to end
      }
    }
  }

  @Override
  public void run() {
    scheduled = false;
    flush();
  }

  private void flush() {
    Inbound<?> session;
    while ((session = waiting.poll()) != null) {
      session.flushTurn();
    }
  }
}
