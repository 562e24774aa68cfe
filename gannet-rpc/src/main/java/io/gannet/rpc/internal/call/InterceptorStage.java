package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.stream.LocalStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The first stage of an outgoing call: passes it through the interceptors, if there are any. They
 * may pass it on several times, later, or never. So the caller has its own future or stream, which
 * ends at the call's deadline. Calls that were passed on are cancelled when the caller gives up.
 */
final class InterceptorStage {

  /** How far a call has come. So a call that has expired as not started is never started. */
  private enum Progress {
    WITH_INTERCEPTORS,
    PASSED_ON,
    EXPIRED
  }

  private final List<RpcInterceptor> interceptors;
  private final AttemptStage next;
  private final Clock clock;
  private final Deadlines deadlines;
  private final ResponseMapper results;
  private final ResponseMapper replies;
  private final InterceptedCalls intercepted;

  /** The maximum time inside interceptors for a call without a deadline. */
  private final long defaultTimeout;

  InterceptorStage(
      CallSettings settings, Deadlines deadlines, ResponseReader responses, AttemptStage next) {
    this.interceptors = settings.outgoing();
    this.next = next;
    this.clock = settings.clock();
    this.deadlines = deadlines;
    this.results = responses::result;
    this.replies = responses::reply;
    this.intercepted = new InterceptedCalls(clock);
    this.defaultTimeout = settings.defaultTimeout();
  }

  /** Calls and waits. Throws the same exceptions as {@link AttemptStage#blocking}. */
  @Nullable Object blocking(Invocation call, long deadline) {
    return interceptors.isEmpty()
        ? next.blocking(call, deadline)
        : intercepted(call, false, deadline).await(call);
  }

  /** Calls asynchronously. Returns a future of the result. */
  CallFuture async(Invocation call, long deadline) {
    return interceptors.isEmpty()
        ? next.async(call, deadline, results)
        : intercepted(call, false, deadline);
  }

  /** Calls without a response. Throws the same exceptions as {@link AttemptStage#blocking}. */
  void oneWay(Invocation call, long deadline) {
    if (interceptors.isEmpty()) {
      next.oneWay(call, deadline);
    } else {
      intercepted(call, true, deadline).await(call);
    }
  }

  /** Calls for a stream. */
  RpcStream<Object> stream(Invocation call, long deadline) {
    return interceptors.isEmpty() ? next.stream(call, deadline) : interceptedStream(call, deadline);
  }

  /** Passes a call through the interceptors; {@code last} is called each time they pass it on. */
  private CompletionStage<RpcReply> pass(
      Invocation call,
      boolean oneWay,
      long deadline,
      Function<Invocation, CompletionStage<RpcReply>> last) {
    return InterceptorChain.pass(
        interceptors,
        new OutgoingCallView(call, oneWay, clock, deadline),
        passed -> last.apply(((OutgoingCallView) passed).call()));
  }

  // ---------------------------------------------------------------- with one value, or none

  private CallFuture intercepted(Invocation call, boolean oneWay, long deadline) {
    CallFuture outer = new CallFuture();
    Queue<CallFuture> inner = new ConcurrentLinkedQueue<>();
    outer.cancelWith(() -> inner.forEach(future -> future.cancel(true)));
    boolean endless = deadline == Clock.NEVER;
    long nanos = endless ? defaultTimeout : clock.left(deadline);
    AtomicReference<Progress> progress = new AtomicReference<>(Progress.WITH_INTERCEPTORS);
    pass(
            call,
            oneWay,
            deadline,
            changed -> {
              deadlines.check(changed, deadline);
              if (!progress.compareAndSet(Progress.WITH_INTERCEPTORS, Progress.PASSED_ON)
                  && progress.get() == Progress.EXPIRED) {
                throw notCompleted(call, nanos, true);
              }
              if (oneWay) {
                next.oneWay(changed, deadline);
                return CompletableFuture.completedStage(new RpcReply(null, Metadata.empty()));
              }
              CallFuture sent = next.async(changed, deadline, replies);
              inner.add(sent);
              if (outer.isDone()) {
                sent.cancel(true);
              }
              return sent.thenApply(RpcReply.class::cast);
            })
        .whenComplete((reply, failure) -> {
          if (failure != null) {
            outer.fail(Objects.requireNonNull(InterceptorChain.unwrapped(failure)));
          } else {
            outer.succeed(reply == null ? null : reply.result());
          }
        });
    intercepted.add(
        outer,
        endless ? nanos : clock.left(deadline), // the interceptors have taken their time
        () -> endless && inner.stream().anyMatch(future -> !future.isDone()),
        () -> {
          boolean notStarted =
              !endless && progress.compareAndSet(Progress.WITH_INTERCEPTORS, Progress.EXPIRED);
          call.context().run(() -> outer.fail(notCompleted(call, nanos, notStarted)));
        });
    return outer;
  }

  // ---------------------------------------------------------------- with a stream

  private RpcStream<Object> interceptedStream(Invocation call, long deadline) {
    CompletableFuture<RpcStream<Object>> outer = new CompletableFuture<>();
    Queue<RpcStream<Object>> inner = new ConcurrentLinkedQueue<>();
    pass(
            call,
            false,
            deadline,
            changed -> {
              deadlines.check(changed, deadline);
              RpcStream<Object> begun = next.stream(changed, deadline);
              inner.add(begun);
              if (outer.isCompletedExceptionally()) {
                begun.close();
              }
              return CompletableFuture.completedStage(new RpcReply(begun, Metadata.empty()));
            })
        .thenApply(reply -> streamOf(call, reply))
        .whenComplete((stream, failure) -> {
          if (failure == null) {
            if (!outer.complete(stream)) {
              stream.close(); // too late
            }
          } else {
            outer.completeExceptionally(
                Objects.requireNonNull(InterceptorChain.unwrapped(failure)));
            inner.forEach(RpcStream::close); // they are never read
          }
        });
    // The stream exists as soon as the call is made, even without a deadline.
    long nanos = Math.min(defaultTimeout, clock.left(deadline));
    intercepted.add(
        outer,
        nanos,
        () -> false,
        () -> {
          if (outer.completeExceptionally(notCompleted(call, nanos, false))) {
            inner.forEach(RpcStream::close);
          }
        });
    if (!outer.isDone()) {
      return later(outer);
    }
    return outer.isCompletedExceptionally()
        ? LocalStream.failed(outer.exceptionNow())
        : outer.resultNow();
  }

  private static RpcStream<Object> streamOf(Invocation call, RpcReply reply) {
    if (reply.result() instanceof Flow.Publisher<?> items) {
      return LocalStream.of(items);
    }
    throw new IllegalStateException(
        "an interceptor has replaced the stream of " + call.path() + " by something else");
  }

  /** Returns a stream that forwards a future stream. */
  private static RpcStream<Object> later(CompletableFuture<RpcStream<Object>> coming) {
    RpcStream<Object> stream =
        new LocalStream<>(sink -> {
          RpcStream<Object> come;
          try {
            come = coming.get();
          } catch (ExecutionException e) {
            come = LocalStream.failed(coming.exceptionNow());
          }
          LocalStream.pump(come, sink);
        });
    stream
        .whenEnded()
        .whenComplete((nothing, failure) -> {
          if (failure != null) {
            coming.thenAccept(RpcStream::close); // it is not read any further
          }
        });
    return stream;
  }

  private static RpcException notCompleted(Invocation call, long nanos, boolean notStarted) {
    return new RpcException(
        RpcCode.DEADLINE_EXCEEDED,
        "the interceptors of %s have not completed within %s"
            .formatted(call.path(), Clock.text(nanos)),
        null,
        null,
        Map.of(),
        notStarted);
  }
}
