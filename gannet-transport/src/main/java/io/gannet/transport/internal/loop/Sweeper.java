package io.gannet.transport.internal.loop;

import io.gannet.transport.TimeSource;
import io.gannet.transport.internal.text.FailureLog;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each session of a loop periodically, instead of a timer for each session. The period is
 * the shortest that any session needs, which each look finds out anew. Used on the loop's thread
 * only; nothing is scheduled while there are no sessions.
 *
 * <p>A look that comes late was kept by something that kept the reading too: the process stood
 * still, or the loop was held. In that time no peer was silent, so it is told to all before they
 * judge.
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

    /**
     * {@return the shortest time that this has to notice the passing of, in nanoseconds: it is
     * noticed at most a tenth late, or 10 ms if that is more}
     */
    protected abstract long shortestTimeout();

    /**
     * Time has passed in which nothing could be read or written.
     *
     * @param elapsed how much, in nanoseconds
     * @param now by the sweeper's time source
     */
    protected abstract void stoodStill(long elapsed, long now);

    /** The loop is ending. */
    protected abstract void loopEnds();
  }

  private static final FailureLog FAILURES = new FailureLog("io.gannet.transport.failures");
  private static final long SHORTEST_PERIOD = 10_000_000;
  private static final long LONGEST_PERIOD = 1_000_000_000;

  /** What is done less late than this is late because there is much to do. In nanoseconds. */
  public static final long USUAL_DELAY = 50_000_000;

  private final EventLoop loop;
  private final TimeSource time;
  private final List<Swept> swept = new ArrayList<>();
  private long period = LONGEST_PERIOD;
  private @Nullable Future<?> next;

  /** When the next look is due. */
  private long due;

  /** Tells the run that is scheduled from those that were cancelled too late. */
  private long generation;

  Sweeper(EventLoop loop, TimeSource time) {
    this.loop = loop;
    this.time = time;
  }

  /** Begins to look at something. */
  public void add(Swept one) {
    one.index = swept.size();
    swept.add(one);
    changed(one);
    if (next == null) {
      schedule(time.nanoTime());
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
    if (swept.isEmpty()) {
      period = LONGEST_PERIOD;
      if (next != null) {
        next.cancel(false);
        next = null;
        generation++;
      }
    }
  }

  /** Tells everything that the loop is ending. */
  void end() {
    for (Swept one : List.copyOf(swept)) {
      try {
        one.loopEnds();
      } catch (Throwable t) {
        FAILURES.warn("the end", one, t);
      }
    }
  }

  /**
   * Looks more often from now on if something needs that. That it no longer does is noticed by
   * itself.
   *
   * @param one what may need it
   */
  public void changed(Swept one) {
    if (one.index < 0) {
      return;
    }
    long wanted = Math.clamp(one.shortestTimeout() / 10, SHORTEST_PERIOD, LONGEST_PERIOD);
    if (wanted < period) {
      period = wanted;
      if (next != null) {
        next.cancel(false);
        long now = time.nanoTime();
        discountDelay(now);
        schedule(now);
      }
    }
  }

  private void schedule(long now) {
    due = now + period;
    long mine = ++generation;
    next = time.schedule(() -> run(mine), Duration.ofNanos(period), loop);
  }

  private void run(long scheduled) {
    if (scheduled != generation) {
      return; // superseded, but too late to be cancelled
    }
    next = null;
    long now = time.nanoTime();
    discountDelay(now);
    period = LONGEST_PERIOD;
    try {
      // Backwards, because one that is removed is replaced by the last one, already seen.
      for (int i = swept.size() - 1; i >= 0; i--) {
        if (i < swept.size()) {
          Swept one = swept.get(i);
          sweep(one, now);
          changed(one);
        }
      }
    } finally {
      if (next == null && !swept.isEmpty()) {
        schedule(now); // not when this look has ended: what holds it up holds up the reading, too
      }
    }
  }

  private void discountDelay(long now) {
    long delay = now - due;
    if (delay > Math.max(USUAL_DELAY, 2 * period) && time.passesByItself()) {
      for (Swept one : swept) {
        one.stoodStill(delay, now);
      }
    }
  }

  private static void sweep(Swept one, long now) {
    try {
      one.sweep(now);
    } catch (Throwable t) {
      FAILURES.warn("the timers", one, t);
    }
  }
}
