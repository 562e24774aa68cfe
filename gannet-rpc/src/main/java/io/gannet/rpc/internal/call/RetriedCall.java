package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.transport.EventLoops;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call that is tried again when it fails in a way that allows it, see {@link Attempts}. */
final class RetriedCall {

  /** One attempt whose caller waits. */
  @FunctionalInterface
  private interface Attempt {
    @Nullable Object on(Invocation call, RpcConnection connection);
  }

  private final Caller caller;
  private final Clock clock;
  private final Invocation call;
  private final Attempts attempts;
  private final long deadline;

  /** What the first attempt has failed with that may have been handled; null if certainly none was. */
  private @Nullable Throwable uncertain;

  RetriedCall(Caller caller, Clock clock, Invocation call, Attempts attempts, long deadline) {
    this.caller = caller;
    this.clock = clock;
    this.call = call;
    this.attempts = attempts;
    this.deadline = deadline;
  }

  /** Calls and waits; throws what {@link Caller#once} does. */
  @Nullable Object blocking() {
    return untilItEnds((attempt, connection) -> {
      Object result = caller.once(attempt, connection, attempts.attemptDeadline(deadline));
      attempts.ended(null);
      return result;
    });
  }

  /**
   * Calls without a response; only what can't be sent is tried again. That it was sent doesn't say that the
   * attempt has succeeded.
   */
  void oneWay() {
    untilItEnds((attempt, connection) -> {
      Caller.sendOneWay(attempt, connection, deadline);
      return null;
    });
  }

  private @Nullable Object untilItEnds(Attempt attempt) {
    while (true) {
      RpcConnection connection = attempts.tryPick();
      if (connection == null) {
        connection = pick();
      }
      HeldMetadata held = new HeldMetadata(call);
      Object result;
      try {
        result = attempt.on(held.attempt(), connection);
      } catch (RuntimeException e) {
        pause(attempts.failed(FailedCall.unwrapped(e), deadline), e, held);
        continue;
      }
      held.tell();
      return result;
    }
  }

  private RpcConnection pick() {
    try {
      return attempts.pick(deadline);
    } catch (RpcException e) {
      throw ofAllAttempts(e);
    }
  }

  /** Waits before the next attempt; throws the failure if there is none. */
  private void pause(long nanos, RuntimeException failure, HeldMetadata held) {
    if (nanos == Attempts.GIVE_UP || (nanos > 0 && EventLoops.isIoThread())) {
      held.tell();
      throw failure instanceof RpcException e ? ofAllAttempts(e) : failure;
    }
    remember(failure);
    if (nanos > 0) {
      try {
        clock.sleep(nanos);
      } catch (InterruptedException e) {
        throw Caller.interrupted(call, e);
      }
    }
  }

  /** There is going to be another attempt after one that has failed. */
  private void remember(Throwable failure) {
    boolean certain = failure instanceof RpcException e && e.notStarted();
    if (uncertain == null && !certain) {
      uncertain = failure;
    }
  }

  /** {@return what the last attempt has failed with, without saying more than is true of all of them} */
  private RpcException ofAllAttempts(RpcException last) {
    return ofAll(last, uncertain);
  }

  /** {@return a failure, which says that no attempt was started only if none was} */
  static RpcException ofAll(RpcException last, @Nullable Throwable earlier) {
    if (earlier == null || !last.notStarted()) {
      return last;
    }
    RpcException all =
        new RpcException(
            last.code(),
            String.valueOf(last.getMessage()),
            last,
            last.remoteType(),
            last.details(),
            false);
    all.addSuppressed(earlier);
    return all;
  }

  /**
   * Calls.
   *
   * @param reader makes the result of a response, or throws what it says instead
   * @return completes with the result
   */
  CallFuture async(ReplyReader reader) {
    CallFuture outer = new CallFuture();
    attempt(outer, reader);
    return outer;
  }

  /**
   * As {@link #async}, but sends on a thread of its own: an instance that takes nothing holds up nobody else, and
   * what waits for room there is interrupted when the result is cancelled.
   */
  CallFuture asyncElsewhere(ReplyReader reader) {
    CallFuture outer = new CallFuture();
    try {
      caller.startLater(call, outer, () -> attempt(pick(), outer, reader));
    } catch (RpcException e) {
      outer.fail(e);
    }
    return outer;
  }

  private void attempt(CallFuture outer, ReplyReader reader) {
    if (outer.isDone()) {
      return; // the caller has given up meanwhile
    }
    try {
      RpcConnection connection = attempts.tryPick();
      if (connection != null) {
        attempt(connection, outer, reader);
      } else {
        caller.startLater(call, outer, () -> attempt(pick(), outer, reader));
      }
    } catch (Throwable t) {
      outer.fail(t instanceof RpcException e ? ofAllAttempts(e) : t);
    }
  }

  private void attempt(RpcConnection connection, CallFuture outer, ReplyReader reader) {
    HeldMetadata held = new HeldMetadata(call);
    CallFuture inner = new CallFuture();
    try {
      Caller.start(held.attempt(), connection, attempts.attemptDeadline(deadline), inner, reader);
    } catch (Throwable t) {
      inner.fail(t);
    }
    outer.cancelWith(() -> inner.cancel(true));
    inner.whenComplete((result, failure) -> {
      Runnable end = () -> ended(held, result, failure, outer, reader);
      if (EventLoops.isIoThread()) {
        // It had ended by now, and this is the caller's thread: not for users' code.
        Thread.startVirtualThread(() -> call.context().run(end));
      } else {
        end.run();
      }
    });
  }

  private void ended(
      HeldMetadata held,
      @Nullable Object result,
      @Nullable Throwable failure,
      CallFuture outer,
      ReplyReader reader) {
    if (failure == null) {
      attempts.ended(null);
      held.succeed(outer, result);
      return;
    }
    Throwable cause = Objects.requireNonNull(InterceptorChain.unwrapped(failure));
    long pause = attempts.failed(cause, deadline);
    if (pause == Attempts.GIVE_UP) {
      held.fail(outer, cause instanceof RpcException e ? ofAllAttempts(e) : cause);
      return;
    }
    remember(cause);
    if (pause == 0) {
      // There are at most 100 attempts, which may lie on top of each other.
      attempt(outer, reader);
    } else {
      Runnable next = () -> call.context().run(() -> attempt(outer, reader));
      clock.at(clock.after(pause), () -> Thread.startVirtualThread(next));
    }
  }
}
