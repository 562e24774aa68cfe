package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A call that is sent to further instances while it has no response. The first success is its
 * result, or the first failure that would be the same at other instances. All other attempts are
 * then cancelled.
 */
final class HedgedCall {

  private final ConnectionStage next;
  private final Clock clock;
  private final Invocation call;
  private final Attempts first;
  private final long deadline;
  private final ResponseMapper mapper;
  private final CallFuture outer = new CallFuture();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<CallFuture, Attempts> running = new LinkedHashMap<>();
  private boolean isOver;
  private int hedges;
  private @Nullable Future<?> timer;

  /** The failure of an attempt that may have been handled. */
  private @Nullable Throwable uncertain;

  /** Creates a call that isn't started. The parameters are those of {@link RetriedCall}. */
  HedgedCall(
      ConnectionStage next,
      Clock clock,
      Invocation call,
      Attempts first,
      long deadline,
      ResponseMapper mapper) {
    this.next = next;
    this.clock = clock;
    this.call = call;
    this.first = first;
    this.deadline = deadline;
    this.mapper = mapper;
  }

  /** Starts the call. Returns a future of the result. */
  CallFuture start() {
    outer.cancelWith(this::abandon);
    attempt(first);
    hedgeLater();
    return outer;
  }

  private void attempt(Attempts attempts) {
    HeldMetadata held = new HeldMetadata(call);
    CallFuture attempt =
        new RetriedCall(next, clock, held.attempt(), attempts, deadline, mapper).asyncElsewhere();
    boolean isLate;
    lock.lock();
    try {
      isLate = isOver;
      running.put(attempt, attempts);
    } finally {
      lock.unlock();
    }
    if (isLate) {
      attempt.cancel(true);
    }
    attempt.whenComplete((result, failure) -> ended(attempt, attempts, held, result, failure));
  }

  private void hedgeLater() {
    lock.lock();
    try {
      if (!isOver && hedges < first.maxHedges()) {
        hedges++;
        Runnable task = () -> call.context().run(this::hedge);
        timer = clock.at(clock.after(first.hedgeDelay()), () -> Thread.startVirtualThread(task));
      }
    } finally {
      lock.unlock();
    }
  }

  private void hedge() {
    lock.lock();
    try {
      if (isOver) {
        return;
      }
    } finally {
      lock.unlock();
    }
    Attempts another = first.hedge();
    if (another != null) {
      attempt(another);
    }
    hedgeLater();
  }

  private void ended(
      CallFuture attempt,
      Attempts attempts,
      HeldMetadata held,
      @Nullable Object result,
      @Nullable Throwable thrown) {
    Throwable failure = InterceptorChain.unwrapped(thrown);
    Throwable earlier;
    Map<CallFuture, Attempts> left;
    lock.lock();
    try {
      if (isOver) {
        return;
      }
      earlier = uncertain;
      if (failure != null) {
        running.remove(attempt);
        if (earlier == null && !(failure instanceof RpcException e && e.notStarted())) {
          uncertain = failure;
        }
        if (!running.isEmpty() && !attempts.isFinal(failure)) {
          return; // another attempt may succeed
        }
      }
      left = over();
    } finally {
      lock.unlock();
    }
    cancel(left);
    if (failure == null) {
      held.succeed(outer, result);
      left.entrySet().stream()
          .takeWhile(earlierOne -> !earlierOne.getKey().equals(attempt))
          .forEach(earlierOne -> earlierOne.getValue().overtaken());
    } else {
      held.fail(outer, failure instanceof RpcException e ? RetriedCall.ofAll(e, earlier) : failure);
    }
  }

  /** Called when the caller has given up. */
  private void abandon() {
    Map<CallFuture, Attempts> left;
    lock.lock();
    try {
      if (isOver) {
        return;
      }
      left = over();
    } finally {
      lock.unlock();
    }
    cancel(left);
  }

  /**
   * Marks the call as decided. Called once, under the lock. Returns the running attempts, the first
   * one first.
   */
  private Map<CallFuture, Attempts> over() {
    isOver = true;
    if (timer != null) {
      timer.cancel(false);
    }
    return new LinkedHashMap<>(running);
  }

  /** Cancels the attempts that have not ended. */
  private static void cancel(Map<CallFuture, Attempts> attempts) {
    attempts.keySet().forEach(each -> each.cancel(true));
  }
}
