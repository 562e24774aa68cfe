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
 * Checks the timers of each session of a loop periodically, instead of using a timer per session.
 * The period is the shortest that any session needs, and is recomputed at each sweep. Used only on
 * the loop's thread. Nothing is scheduled while there are no sessions.
 *
 * <p>A late sweep means that the process was suspended or the loop was blocked, so that nothing was
 * read either. That time must not count as silence of a peer, so all sessions are told about it
 * before they check their timers.
 */
public final class Sweeper {

  /** An object whose timers are checked. */
  public abstract static class Swept {

    /** The position in the sweeper; -1 if it isn't added. Written by the sweeper. */
    private int index = -1;

    /**
     * Checks the timers.
     *
     * @param now the time of the sweeper's time source
     */
    protected abstract void sweep(long now);

    /**
     * {@return the shortest timeout in nanoseconds; it is noticed at most a tenth of it late, or 10
     * ms if that is more}
     */
    protected abstract long shortestTimeout();

    /**
     * Called when time has passed in which nothing could be read or written.
     *
     * @param elapsed the time in nanoseconds
     * @param now the time of the sweeper's time source
     */
    protected abstract void discount(long elapsed, long now);

    /** Called when the loop is ending. */
    protected abstract void loopEnds();
  }

  private static final FailureLog FAILURES = new FailureLog("io.gannet.transport.failures");
  private static final long SHORTEST_PERIOD = 10_000_000;
  private static final long LONGEST_PERIOD = 1_000_000_000;

  /** A smaller delay of a sweep is normal under load. In nanoseconds. */
  public static final long USUAL_DELAY = 50_000_000;

  private final EventLoop loop;
  private final TimeSource time;
  private final List<Swept> swept = new ArrayList<>();
  private long period = LONGEST_PERIOD;
  private @Nullable Future<?> next;

  /** The due time of the next sweep. */
  private long due;

  /** Distinguishes the scheduled run from runs that were cancelled too late. */
  private long generation;

  Sweeper(EventLoop loop, TimeSource time) {
    this.loop = loop;
    this.time = time;
  }

  /** Adds an object. */
  public void add(Swept one) {
    one.index = swept.size();
    swept.add(one);
    changed(one);
    if (next == null) {
      schedule(time.nanoTime());
    }
  }

  /** Removes an object. */
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

  /** Notifies all objects that the loop is ending. */
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
   * Shortens the period if an object needs it. A longer period is found automatically.
   *
   * @param one the object
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
      // Backwards, because a removed object is replaced by the last one, which has already been
      // swept.
      for (int i = swept.size() - 1; i >= 0; i--) {
        if (i < swept.size()) {
          Swept one = swept.get(i);
          sweep(one, now);
          changed(one);
        }
      }
    } finally {
      if (next == null && !swept.isEmpty()) {
        schedule(now); // from the start of this sweep, see below
      }
    }
  }

  private void discountDelay(long now) {
    long delay = now - due;
    if (delay > Math.max(USUAL_DELAY, 2 * period) && time.passesByItself()) {
      for (Swept one : swept) {
        one.discount(delay, now);
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
