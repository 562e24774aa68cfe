package io.gannet.transport.internal.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs callbacks that block an I/O thread, with their stack.
 *
 * <p>The loop only notes when a run of callbacks starts and ends, without reading the clock. A
 * thread of the watchdog checks the notes periodically, and reports a run once if it lasts longer
 * than the limit. That thread starts with the first watched callbacks.
 */
public final class Watchdog {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final long LOOK_EVERY_NANOS = 50_000_000;
  private static final long LIMIT_NANOS = 200_000_000;
  private static final int STACK_DEPTH = 20;

  private final String name;
  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private @Nullable Thread thread;
  private volatile boolean closed;

  Watchdog(String name) {
    this.name = name;
  }

  /** Starts to watch a loop. */
  synchronized Watch watch(Thread loop) {
    Watch watch = new Watch(loop);
    watches.add(watch);
    if (thread == null && !closed) {
      thread = Thread.ofPlatform().name(name).daemon().start(this::look);
    }
    return watch;
  }

  synchronized void close() {
    closed = true;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  private void look() {
    while (!closed) {
      LockSupport.parkNanos(this, LOOK_EVERY_NANOS);
      long now = System.nanoTime();
      watches.forEach(watch -> watch.look(now));
    }
  }

  /** The notes of a loop, and the watchdog's state for it. */
  public static final class Watch {

    private static final VarHandle SESSION;
    private static final VarHandle RUNS;

    static {
      try {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        SESSION = lookup.findVarHandle(Watch.class, "session", Object.class);
        RUNS = lookup.findVarHandle(Watch.class, "runs", long.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final Thread loop;

    /**
     * The object whose callbacks run, null between runs. Written by the loop in opaque mode, which
     * is cheap.
     */
    @SuppressWarnings("unused") // through the handle
    private @Nullable Object session;

    /** The number of started runs. Written by the loop. */
    private long runs;

    /** The last run seen, since when, and whether it was reported. Only for the watchdog. */
    private long seenRun;

    private long seenSince;
    private boolean reported;

    private Watch(Thread loop) {
      this.loop = loop;
    }

    /** {@return whether the callbacks that are noted run on a thread} */
    public boolean isOf(Thread thread) {
      return thread.equals(loop);
    }

    /** Called when callbacks start. */
    public void begin(Object who) {
      RUNS.setOpaque(this, runs + 1);
      SESSION.setOpaque(this, who);
    }

    /** Called when callbacks have ended. */
    public void end() {
      SESSION.setOpaque(this, null);
    }

    private void look(long now) {
      long run = (long) RUNS.getOpaque(this);
      Object who = SESSION.getOpaque(this);
      if (who == null || run != seenRun) {
        seenRun = run;
        seenSince = now;
        reported = false;
      } else if (!reported && now - seenSince >= LIMIT_NANOS) {
        reported = true;
        StackTraceElement[] stack = loop.getStackTrace();
        LOG.warn(
            "I/O thread {} has been blocked for more than {} ms by {} in callbacks of {}; with"
                + " Dispatch.eventLoop() callbacks must not block:\n"
                + "{}",
            loop.getName(),
            (now - seenSince) / 1_000_000,
            Culprit.of(stack),
            who,
            text(stack));
      }
    }

    private static String text(StackTraceElement[] stack) {
      StringBuilder text = new StringBuilder();
      Arrays.stream(stack)
          .limit(STACK_DEPTH)
          .forEach(frame -> text.append("    at ").append(frame).append('\n'));
      return text.toString();
    }
  }
}
