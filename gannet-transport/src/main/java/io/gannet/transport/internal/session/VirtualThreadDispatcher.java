package io.gannet.transport.internal.session;

import io.gannet.transport.internal.text.FailureLog;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Passes work to virtual threads, for all sessions of one loop together, because waking a thread
 * costs more than handling most messages.
 *
 * <p><b>To the threads.</b> The work of one turn of the loop is collected. At the end of the turn
 * the loop starts one virtual thread, which starts those of the other sessions. So the loop wakes
 * the scheduler of virtual threads only once, and the scheduler gets the rest from one of its own
 * threads.
 *
 * <p><b>Back to the loop.</b> A callback that sends adds its session to {@link #flushes} instead of
 * waking the loop. An additional virtual thread, started after the others, wakes the loop when each
 * of them has ended or blocked. {@link #flushComes} is true until that has happened; a thread that
 * finds it false wakes the loop itself. A callback that keeps its processor may delay that
 * additional thread, so the loop also checks after a millisecond, see {@link DeferredFlushTimer}.
 */
final class VirtualThreadDispatcher implements Dispatcher, DeferredFlushTimer.Deferring {

  private static final FailureLog FAILURES = new FailureLog("io.gannet.transport.failures");

  private final EventLoop loop;
  private final DeferredFlushTimer deferredFlushes;
  private final Runnable startAll = this::startAll;
  private final Runnable flushAll = this::flushAll;

  /** Consumers to start at the end of this turn. Used by the loop only. */
  private final List<Runnable> ready = new ArrayList<>();

  /** Whether {@link #startAll} will run. Used by the loop only. */
  private boolean startComes;

  /** Whether {@link DeferredFlushTimer} checks this object. Used by the loop only. */
  private boolean watched;

  /** Sessions with messages to write. Consumers add to it, the loop removes from it. */
  private final Queue<DispatchedSession<?>> flushes = new ConcurrentLinkedQueue<>();

  /** Whether {@link #flushAll} will run. Set by the loop and by consumers, cleared by the loop. */
  private final AtomicBoolean flushComes = new AtomicBoolean();

  VirtualThreadDispatcher(EventLoop loop, DeferredFlushTimer deferredFlushes) {
    this.loop = loop;
    this.deferredFlushes = deferredFlushes;
  }

  @Override
  public DeferredFlushTimer deferredFlushes() {
    return deferredFlushes;
  }

  @Override
  public void start(Runnable consumer) {
    ready.add(consumer);
    if (!startComes) {
      startComes = true;
      try {
        loop.execute(startAll);
      } catch (RejectedExecutionException e) {
        startAll(); // the loop is ending
      }
    }
  }

  private void startAll() {
    startComes = false;
    Runnable[] consumers = ready.toArray(Runnable[]::new);
    if (consumers.length == 1) {
      Thread.startVirtualThread(consumers[0]);
    } else {
      boolean wakes = flushComes.compareAndSet(false, true);
      Thread.startVirtualThread(() -> startFrom(consumers, wakes));
      if (!watched) {
        watched = true;
        deferredFlushes.watch(this);
      }
    }
    ready.clear();
  }

  /** Runs on the virtual thread of the last consumer. */
  private void startFrom(Runnable[] consumers, boolean wakes) {
    int last = consumers.length - 1;
    for (int i = 0; i < last; i++) {
      Thread.startVirtualThread(consumers[i]);
    }
    if (wakes) {
      Thread.startVirtualThread(this::wakeLoop);
    }
    consumers[last].run();
  }

  @Override
  public void startBehind(Runnable consumer) {
    Thread.startVirtualThread(consumer);
  }

  @Override
  public void flush(DispatchedSession<?> session) {
    flushes.add(session);
    if (flushComes.compareAndSet(false, true)) {
      wakeLoop();
    }
  }

  private void wakeLoop() {
    try {
      loop.execute(flushAll);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and so have the connections.
    }
  }

  private void flushAll() {
    flushComes.set(false); // cleared first: a later addition wakes the loop again
    flushWaiting();
  }

  private void flushWaiting() {
    for (DispatchedSession<?> session = flushes.poll(); session != null; session = flushes.poll()) {
      try {
        session.flushNow();
      } catch (Throwable t) {
        FAILURES.warn("the flush", session, t); // the others must still be flushed
      }
    }
  }

  @Override
  public boolean flushIfDeferred() {
    flushWaiting();
    watched = flushComes.get();
    return watched;
  }
}
