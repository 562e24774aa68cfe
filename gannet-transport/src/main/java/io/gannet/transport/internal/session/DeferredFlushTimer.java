package io.gannet.transport.internal.session;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how long what a callback has sent may wait for the callbacks behind it: while hand-overs of
 * several messages are being run, one timer of the loop looks every millisecond whether one has put
 * off a flush. Used on the loop's thread only.
 */
final class DeferredFlushTimer implements Runnable {

  /** Who may put off a flush. */
  interface Deferring {

    /**
     * Flushes if that has been put off.
     *
     * @return whether it may be put off again
     */
    boolean flushIfDeferred();
  }

  private static final long LONGEST_DELAY_MICROS = 1000;

  private final EventLoop loop;
  private final List<Deferring> watched = new ArrayList<>();
  private boolean scheduled;

  DeferredFlushTimer(EventLoop loop) {
    this.loop = loop;
  }

  /** Looks after somebody who is not looked after yet. */
  void watch(Deferring one) {
    watched.add(one);
    schedule();
  }

  @Override
  public void run() {
    scheduled = false;
    watched.removeIf(one -> !one.flushIfDeferred());
    if (!watched.isEmpty()) {
      schedule();
    }
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      loop.schedule(this, LONGEST_DELAY_MICROS, TimeUnit.MICROSECONDS);
    }
  }
}
