package io.gannet.transport.internal.loop;

import io.gannet.transport.TimeSource;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each session of a loop periodically, instead of a timer for each session. The period is
 * the shortest that any session has asked for. Used on the loop's thread only; nothing is scheduled
 * while there are no sessions.
 */
public final class Sweeper {

  /** What is looked at. */
  public abstract static class Swept {

    /** Where the sweeper keeps this; -1 while it doesn't. Written by the sweeper. */
    private int index = -1;

    /**
     * Looks at what time has done.
     *
     * @param now by the sweeper's time source
     */
    protected abstract void sweep(long now);
  }

  private static final long SHORTEST_PERIOD = 10_000_000;
  private static final long LONGEST_PERIOD = 1_000_000_000;

  private final EventLoop loop;
  private final TimeSource time;
  private final List<Swept> swept = new ArrayList<>();
  private long period = LONGEST_PERIOD;
  private @Nullable Future<?> next;

  Sweeper(EventLoop loop, TimeSource time) {
    this.loop = loop;
    this.time = time;
  }

  /** Begins to look at something. */
  public void add(Swept one) {
    one.index = swept.size();
    swept.add(one);
    if (next == null) {
      schedule();
    }
  }

  /** No longer looks at something. */
  public void remove(Swept one) {
    if (one.index < 0) {
      return;
    }
    Swept last = swept.removeLast();
    if (one.index < swept.size()) {
      swept.set(one.index, last);
      last.index = one.index;
    }
    one.index = -1;
    if (swept.isEmpty() && next != null) {
      next.cancel(false);
      next = null;
      period = LONGEST_PERIOD;
    }
  }

  /**
   * Looks often enough for a timeout.
   *
   * @param timeout in nanoseconds; it is noticed at most a tenth late, or 10 ms if that is more
   */
  public void atLeastFor(long timeout) {
    long wanted = Math.clamp(timeout / 10, SHORTEST_PERIOD, LONGEST_PERIOD);
    if (wanted < period) {
      period = wanted;
      if (next != null) {
        next.cancel(false);
        schedule();
      }
    }
  }

  private void schedule() {
    next = time.schedule(this::run, Duration.ofNanos(period), loop);
  }

  private void run() {
    next = null;
    long now = time.nanoTime();
    // Backwards, because a session that closes is replaced by the last one, already seen.
    for (int i = swept.size() - 1; i >= 0; i--) {
      if (i < swept.size()) {
        swept.get(i).sweep(now);
      }
    }
    if (next == null && !swept.isEmpty()) {
      schedule();
    }
  }
}
