package io.gannet.transport.internal.session;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/**
 * Writes the answers of callbacks on a loop after the loop has read from all ready connections,
 * instead of after each connection. So the peers are woken by a few consecutive writes. Used on the
 * loop's thread only.
 */
final class FlushCoalescer implements Runnable {

  /**
   * The maximum number of waiting sessions, so that the first session of a large turn doesn't wait
   * for all others.
   */
  private static final int MOST_WAITING = 64;

  private final EventLoop loop;
  private final ArrayDeque<Inbound<?>> waiting = new ArrayDeque<>();
  private boolean scheduled;

  FlushCoalescer(EventLoop loop) {
    this.loop = loop;
  }

  /** Schedules a flush of a session at the end of the turn. */
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
