package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.transport.EventLoops;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that is tried again when it fails in a way that allows it, see {@link Attempts}. That is a
 * loop on the caller's thread if the caller waits. If it doesn't, its thread sends the first
 * attempt only; a virtual thread, which is interrupted when the caller gives up, goes on with the
 * loop if that fails.
 */
final class RetriedCall {

  /** One attempt, on a thread that waits for its end. */
  @FunctionalInterface
  private interface Attempt {
    @Nullable Object on(Invocation call, RpcConnection connection);
  }

  private final ConnectionStage next;
  private final Clock clock;
  private final Invocation call;
  private final Attempts attempts;
  private final long deadline;
  private final ReplyReader reader;

  /**
   * What the first attempt has failed with that may have been handled; null if certainly none was.
   */
  private @Nullable Throwable uncertain;

  /**
   * Creates a call that hasn't begun.
   *
   * @param next the stage behind
   * @param clock tells the time
   * @param call the call
   * @param attempts where its attempts go
   * @param deadline until when it may take
   * @param reader makes the result of a response, or throws what it says instead
   */
  RetriedCall(
      ConnectionStage next,
      Clock clock,
      Invocation call,
      Attempts attempts,
      long deadline,
      ReplyReader reader) {
    this.next = next;
    this.clock = clock;
    this.call = call;
    this.attempts = attempts;
    this.deadline = deadline;
    this.reader = reader;
  }

  // ---------------------------------------------------------------- three ways to begin

  /** Calls and waits; throws what {@link BlockingCall#callOn} does. */
  @Nullable Object blocking() {
    return untilItEnds(this::connect, this::callOn);
  }

  /**
   * Calls without a response; only what can't be sent is tried again. That it was sent doesn't say
   * that the attempt has succeeded.
   */
  void oneWay() {
    untilItEnds(
        this::connect,
        (attempt, connection) -> {
          connection.outgoing().startOneWay(attempt, deadline);
          return null;
        });
  }

  /** Calls; returns what completes with the result. */
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
   * As {@link #async}, but also the first attempt is sent on a virtual thread: an instance that
   * takes nothing holds up nobody else.
   */
  CallFuture asyncElsewhere() {
    CallFuture future = new CallFuture();
    goOnElsewhere(future, this::asyncUntilItEnds);
    return future;
  }

  private void sendFirst(RpcConnection connection, CallFuture future) {
    HeldMetadata held = new HeldMetadata(call);
    CallFuture first = new CallFuture();
    // Before it is sent, so that this never runs on the caller's thread, unless the caller cancels.
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
      new AsyncCall(held.attempt(), attempts.attemptDeadline(deadline), first, reader)
          .sendOn(connection);
    } catch (Throwable t) {
      goOnElsewhere(future, () -> afterFailure(t, held));
    }
  }

  private void firstFailed(Throwable failure, HeldMetadata held, CallFuture future) {
    if (future.isDone()) {
      attempts.failed(failure, deadline); // the caller has given up, perhaps on this thread
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

  /** Does the rest of an asynchronous call on a thread that nobody else needs. */
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

  private @Nullable Object untilItEnds(Supplier<RpcConnection> connecting, Attempt attempt) {
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
        new BlockingCall(attempt, attempts.attemptDeadline(deadline)).callOn(connection, reader);
    attempts.ended(null);
    return result;
  }

  /** Waits before the next attempt; throws the failure if there is none. */
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

  /**
   * {@return what the last attempt has failed with, without saying more than is true of all of
   * them}
   */
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
}
