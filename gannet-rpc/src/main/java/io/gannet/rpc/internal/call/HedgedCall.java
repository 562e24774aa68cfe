package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call that is made at further instances while it isn't answered. The first success is its result; so is a failure
 * that would be the same elsewhere. What has not ended by then is cancelled.
 */
final class HedgedCall {

  private final Caller caller;
  private final Clock clock;
  private final Invocation call;
  private final Attempts first;
  private final long deadline;
  private final Function<Frame.Response, @Nullable Object> reader;
  private final CallFuture outer = new CallFuture();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<CallFuture, Attempts> running = new LinkedHashMap<>();
  private boolean isOver;
  private int hedges;
  private @Nullable Future<?> timer;

  /** What an attempt has failed with that may have been handled. */
  private @Nullable Throwable uncertain;

  HedgedCall(
      Caller caller,
      Clock clock,
      Invocation call,
      Attempts first,
      long deadline,
      Function<Frame.Response, @Nullable Object> reader) {
    this.caller = caller;
    this.clock = clock;
    this.call = call;
    this.first = first;
    this.deadline = deadline;
    this.reader = reader;
  }

  /** Calls; returns what completes with the result. */
  CallFuture start() {
    outer.cancelWith(() -> over(null));
    attempt(first);
    hedgeLater();
    return outer;
  }

  private void attempt(Attempts attempts) {
    CallFuture attempt =
        new RetriedCall(caller, clock, call, attempts, deadline).asyncElsewhere(reader);
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
    attempt.whenComplete((result, failure) -> ended(attempt, attempts, result, failure));
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
      CallFuture attempt, Attempts attempts, @Nullable Object result, @Nullable Throwable thrown) {
    if (thrown == null) {
      List<Attempts> overtaken = over(attempt);
      outer.succeed(result);
      overtaken.forEach(Attempts::overtaken);
      return;
    }
    Throwable failure = Objects.requireNonNull(Interceptors.unwrapped(thrown));
    Throwable earlier;
    lock.lock();
    try {
      if (isOver) {
        return;
      }
      running.remove(attempt);
      earlier = uncertain;
      if (earlier == null && !(failure instanceof RpcException e && e.notStarted())) {
        uncertain = failure;
      }
      if (!running.isEmpty() && !attempts.isFinal(failure)) {
        return; // another may do better
      }
    } finally {
      lock.unlock();
    }
    over(null);
    outer.fail(failure instanceof RpcException e ? RetriedCall.ofAll(e, earlier) : failure);
  }

  /** Cancels what has not ended; returns what began before the attempt that has won and was not answered. */
  private List<Attempts> over(@Nullable CallFuture winner) {
    Map<CallFuture, Attempts> losers;
    lock.lock();
    try {
      if (isOver) {
        return List.of();
      }
      isOver = true;
      losers = new LinkedHashMap<>(running);
      if (timer != null) {
        timer.cancel(false);
      }
    } finally {
      lock.unlock();
    }
    List<Attempts> overtaken =
        winner == null
            ? List.of()
            : losers.entrySet().stream()
                .takeWhile(entry -> !entry.getKey().equals(winner))
                .map(Map.Entry::getValue)
                .toList();
    losers.remove(winner);
    losers.keySet().forEach(loser -> loser.cancel(true));
    return overtaken;
  }
}
