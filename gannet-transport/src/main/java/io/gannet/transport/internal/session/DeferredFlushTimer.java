package io.gannet.transport.internal.session;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Limits how long messages sent by a callback wait for the following callbacks. While batches of
 * several messages are handled, a timer of the loop checks every millisecond for deferred flushes.
 * Used on the loop's thread only.
 */
final class DeferredFlushTimer implements Runnable {

  /** An object that may defer a flush. */
  interface Deferring {

    /**
     * Flushes if a flush has been deferred.
     *
     * @return whether another flush may be deferred
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

  /** Adds an object, unless it is being checked already. */
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
