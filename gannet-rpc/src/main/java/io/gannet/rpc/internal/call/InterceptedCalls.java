package io.gannet.rpc.internal.call;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Calls that are inside interceptors. They end at their deadline even if an interceptor never
 * completes. A call that was passed on has its own deadline, and its failure must pass the
 * interceptors, so they get some more time.
 */
final class InterceptedCalls {

  private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(100);

  private final Clock clock;
  private final DeadlineAlarm alarm;
  private final Set<Waiting> all = ConcurrentHashMap.newKeySet();

  InterceptedCalls(Clock clock) {
    this.clock = clock;
    this.alarm = new DeadlineAlarm(clock, this::look);
  }

  /** A call, or the future that it waits for. */
  private static final class Waiting {
    private final long nanos;
    private final BooleanSupplier isPassedOn;
    private final Runnable end;
    private volatile long moment;

    Waiting(long moment, long nanos, BooleanSupplier isPassedOn, Runnable end) {
      this.moment = moment;
      this.nanos = nanos;
      this.isPassedOn = isPassedOn;
      this.end = end;
    }
  }

  /**
   * Ends a call that isn't over in time.
   *
   * @param call the call
   * @param nanos the maximum time inside interceptors
   * @param isPassedOn whether the call is not inside them now, but in a place with its own
   *     deadline: then it gets the same time again
   * @param end ends the call, on its own thread
   */
  void add(CompletableFuture<?> call, long nanos, BooleanSupplier isPassedOn, Runnable end) {
    if (call.isDone() || nanos == Clock.NEVER) {
      return;
    }
    Waiting waiting = new Waiting(clock.after(nanos + GRACE), nanos, isPassedOn, end);
    all.add(waiting);
    alarm.noteDeadline(waiting.moment);
    call.whenComplete((result, failure) -> all.remove(waiting));
  }

  private long look() {
    long now = clock.now();
    long next = Clock.NEVER;
    for (Iterator<Waiting> each = all.iterator(); each.hasNext(); ) {
      Waiting waiting = each.next();
      if (waiting.moment <= now) {
        if (!waiting.isPassedOn.getAsBoolean()) {
          each.remove();
          Thread.startVirtualThread(waiting.end);
          continue;
        }
        waiting.moment = clock.after(waiting.nanos);
      }
      next = Math.min(next, waiting.moment);
    }
    return next;
  }
}
