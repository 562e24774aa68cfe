package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.transport.EventLoops;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that is retried after failures that allow it, see {@link Attempts}. If the caller waits,
 * the loop runs on its thread. Otherwise the caller's thread only sends the first attempt. If that
 * fails, a virtual thread continues the loop; it is interrupted when the caller gives up.
 */
final class RetriedCall {

  /** One attempt, on a thread that waits for its outcome. */
  @FunctionalInterface
  private interface BlockingAttempt {
    @Nullable Object on(Invocation call, RpcConnection connection);
  }

  private final ConnectionStage next;
  private final Clock clock;
  private final Invocation call;
  private final Attempts attempts;
  private final long deadline;
  private final ResponseMapper mapper;

  /**
   * The first failure of an attempt that may have been handled; null while every failed attempt was
   * certainly not handled.
   */
  private @Nullable Throwable uncertain;

  /**
   * Creates a call that isn't started.
   *
   * @param next the next stage
   * @param clock the clock
   * @param call the call
   * @param attempts the attempts of the call
   * @param deadline the deadline of the call
   * @param mapper makes the result of a response, or throws its failure
   */
  RetriedCall(
      ConnectionStage next,
      Clock clock,
      Invocation call,
      Attempts attempts,
      long deadline,
      ResponseMapper mapper) {
    this.next = next;
    this.clock = clock;
    this.call = call;
    this.attempts = attempts;
    this.deadline = deadline;
    this.mapper = mapper;
  }

  // ---------------------------------------------------------------- ways to start

  /** Calls and waits. Throws the same exceptions as {@link BlockingCall#callOn}. */
  @Nullable Object blocking() {
    return untilItEnds(this::connect, this::callOn);
  }

  /**
   * Calls without a response. Retries only if the call can't be sent. A sent call isn't recorded as
   * a success of the instance.
   */
  void oneWay() {
    untilItEnds(
        this::connect,
        (attempt, connection) -> {
          connection.outgoing().startOneWay(attempt, deadline);
          return null;
        });
  }

  /** Calls asynchronously. Returns a future of the result. */
  CallFuture async() {
    CallFuture future = new CallFuture();
    RpcConnection connection;
    try {
      connection = attempts.tryPick();
    } catch (Throwable t) {
      future.fail(t);
      return future;
    }
    if (connection == null) {
      goOnElsewhere(future, this::asyncUntilItEnds);
    } else {
      sendFirst(connection, future);
    }
    return future;
  }

  /**
   * Like {@link #async}, but the first attempt is also sent on a virtual thread, so that an
   * instance that doesn't read blocks no other attempt.
   */
  CallFuture asyncElsewhere() {
    CallFuture future = new CallFuture();
    goOnElsewhere(future, this::asyncUntilItEnds);
    return future;
  }

  private void sendFirst(RpcConnection connection, CallFuture future) {
    HeldMetadata held = new HeldMetadata(call);
    CallFuture first = new CallFuture();
    // Set before the call is sent, so that this only runs on the caller's thread if the caller
    // cancels.
    first.whenComplete((result, failure) -> {
      if (failure == null) {
        attempts.ended(null);
        held.succeed(future, result);
      } else {
        firstFailed(Objects.requireNonNull(InterceptorChain.unwrapped(failure)), held, future);
      }
    });
    future.cancelWith(() -> first.cancel(true));
    try {
      new AsyncCall(held.attempt(), attempts.attemptDeadline(deadline), first, mapper)
          .sendOn(connection);
    } catch (Throwable t) {
      goOnElsewhere(future, () -> afterFailure(t, held));
    }
  }

  private void firstFailed(Throwable failure, HeldMetadata held, CallFuture future) {
    if (future.isDone()) {
      attempts.failed(failure, deadline); // the caller has given up
    } else {
      goOn(future, () -> afterFailure(failure, held));
    }
  }

  private @Nullable Object afterFailure(Throwable failure, HeldMetadata held) {
    pause(FailedCall.carrying(failure), held);
    return asyncUntilItEnds();
  }

  private void goOnElsewhere(CallFuture future, Supplier<@Nullable Object> rest) {
    Thread.startVirtualThread(() -> call.context().run(() -> goOn(future, rest)));
  }

  /** Continues an asynchronous call on its own virtual thread. */
  private static void goOn(CallFuture future, Supplier<@Nullable Object> rest) {
    future.cancelWith(Thread.currentThread()::interrupt);
    if (future.isDone()) {
      return;
    }
    Object result;
    try {
      result = rest.get();
    } catch (Throwable t) {
      future.fail(FailedCall.unwrapped(t));
      return;
    }
    future.succeed(result);
  }

  // ---------------------------------------------------------------- the loop

  private @Nullable Object asyncUntilItEnds() {
    return untilItEnds(this::connectCounted, this::callOn);
  }

  private @Nullable Object untilItEnds(
      Supplier<RpcConnection> connecting, BlockingAttempt attempt) {
    while (true) {
      RpcConnection connection;
      try {
        connection = connecting.get();
      } catch (RpcException e) {
        throw ofAllAttempts(e);
      }
      HeldMetadata held = new HeldMetadata(call);
      Object result;
      try {
        result = attempt.on(held.attempt(), connection);
      } catch (RuntimeException e) {
        pause(e, held);
        continue;
      }
      held.tell();
      return result;
    }
  }

  private RpcConnection connect() {
    return next.connect(call, attempts, deadline);
  }

  private RpcConnection connectCounted() {
    RpcConnection connection = attempts.tryPick();
    return connection != null ? connection : next.waitFor(() -> attempts.pick(deadline));
  }

  private @Nullable Object callOn(Invocation attempt, RpcConnection connection) {
    Object result =
        new BlockingCall(attempt, attempts.attemptDeadline(deadline)).callOn(connection, mapper);
    attempts.ended(null);
    return result;
  }

  /** Waits before the next attempt. Throws the failure if there is none. */
  private void pause(RuntimeException thrown, HeldMetadata held) {
    Throwable failure = FailedCall.unwrapped(thrown);
    long nanos = attempts.failed(failure, deadline);
    if (nanos == Attempts.GIVE_UP || (nanos > 0 && EventLoops.isIoThread())) {
      held.tell();
      throw thrown instanceof RpcException e ? ofAllAttempts(e) : thrown;
    }
    boolean certain = failure instanceof RpcException e && e.notStarted();
    if (uncertain == null && !certain) {
      uncertain = failure;
    }
    try {
      if (nanos > 0) {
        clock.sleep(nanos);
      } else if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    } catch (InterruptedException e) {
      throw call.interrupted(e);
    }
  }

  /** {@return the failure of the last attempt, restricted to what is true for all attempts} */
  private RpcException ofAllAttempts(RpcException last) {
    return ofAll(last, uncertain);
  }

  /** {@return a failure that is marked as not started only if no attempt was started} */
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
}
