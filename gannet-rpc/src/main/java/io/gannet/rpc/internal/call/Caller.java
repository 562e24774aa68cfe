package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCaller;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.service.ServiceShape;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.transport.EventLoops;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes calls, on connections that somebody else chooses. */
public final class Caller implements RpcCaller {

  private final CallSettings settings;
  private final ConnectionPicker connections;
  private final UntypedCalls untyped;
  private final Deadlines deadlines;
  private final ResponseReader responses;
  private final InterceptedCalls intercepted;

  /** How many asynchronous calls wait for a connection. */
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Creates a caller.
   *
   * @param settings what all connections of the endpoint have in common
   * @param connections chooses one for each call
   */
  public Caller(CallSettings settings, ConnectionPicker connections) {
    this.settings = settings;
    this.connections = connections;
    this.untyped = new UntypedCalls(settings.json());
    this.deadlines = new Deadlines(settings.clock(), settings.defaultTimeout());
    this.responses = new ResponseReader(settings.failures());
    this.intercepted = new InterceptedCalls(settings.clock());
  }

  @Override
  public <T> T proxy(Class<T> service, CallOptions options) {
    Objects.requireNonNull(options, "options");
    ServiceShape shape = settings.shapes().of(service);
    return ServiceProxy.make(service, new ServiceProxy(this, shape, options));
  }

  @Override
  public @Nullable Object call(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    try {
      return callBlocking(untyped.of(method, resultType, options, arguments, false));
    } catch (FailedCall e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) cause; // a call by name expects nothing else
    }
  }

  @Override
  public CompletionStage<@Nullable Object> callAsync(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return callAsync(untyped.of(method, resultType, options, arguments, false));
  }

  @Override
  public void callOneWay(
      String method, CallOptions options, List<? extends @Nullable Object> arguments) {
    callOneWay(untyped.of(method, Void.class, options, arguments, false));
  }

  @Override
  public RpcStream<Object> callStream(
      String method,
      Type itemType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return callStream(untyped.of(method, itemType, options, arguments, true));
  }

  // ---------------------------------------------------------------- calls

  /**
   * Calls and waits.
   *
   * @throws RpcException if the call fails
   * @throws FailedCall if it fails with another exception that the caller expects
   */
  @Nullable Object callBlocking(Invocation call) {
    if (EventLoops.isIoThread()) {
      throw new IllegalStateException(
          "%s must not be called on an I/O thread, which must not wait: call it on another thread, or in a way that gives a stage"
              .formatted(call.path()));
    }
    long deadline = deadlines.of(call);
    if (!settings.outgoing().isEmpty()) {
      return await(call, intercepted(call, false, deadline));
    }
    if (call.stream() != null) {
      return await(call, startOnce(call, deadline, responses::result));
    }
    Attempts attempts = connections.attempts(call);
    if (attempts == null) {
      return once(call, pick(call, deadline), deadline);
    }
    return attempts.maxHedges() > 0
        ? await(call, hedged(call, attempts, deadline, responses::result))
        : new RetriedCall(this, settings.clock(), call, attempts, deadline).blocking();
  }

  /** Calls on one connection and waits; throws what {@link #callBlocking} does. */
  @Nullable Object once(Invocation call, RpcConnection connection, long deadline) {
    BlockingCall pending = new BlockingCall(call, deadline);
    connection.outgoing().start(pending);
    Frame.Response response;
    try {
      response = pending.await();
    } catch (InterruptedException e) {
      connection.outgoing().abandon(pending);
      throw interrupted(call, e);
    }
    pending.tellBeginning();
    return responses.result(call, response);
  }

  private static @Nullable Object await(Invocation call, CallFuture future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw interrupted(call, e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      if (cause instanceof RpcException ours) {
        throw ours;
      }
      throw cause instanceof Error || call.expects(cause)
          ? new FailedCall(cause)
          : new RpcException(RpcCode.UNKNOWN, String.valueOf(cause.getMessage()), cause);
    }
  }

  static RpcException interrupted(Invocation call, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new RpcException(
        RpcCode.CANCELLED, "interrupted while waiting for the response of " + call.path(), e);
  }

  /** Calls; every failure reaches the stage. */
  CallFuture callAsync(Invocation call) {
    try {
      long deadline = deadlines.of(call);
      return settings.outgoing().isEmpty()
          ? start(call, deadline, responses::result)
          : intercepted(call, false, deadline);
    } catch (Throwable t) {
      CallFuture failed = new CallFuture();
      failed.fail(t);
      return failed;
    }
  }

  /** Calls without a response. */
  void callOneWay(Invocation call) {
    long deadline = deadlines.of(call);
    if (settings.outgoing().isEmpty()) {
      sendOneWay(call, deadline);
    } else {
      await(call, intercepted(call, true, deadline));
    }
  }

  private void sendOneWay(Invocation call, long deadline) {
    Attempts attempts = connections.attempts(call);
    if (attempts == null) {
      sendOneWay(call, pick(call, deadline), deadline);
    } else {
      new RetriedCall(this, settings.clock(), call, attempts, deadline).oneWay();
    }
  }

  static void sendOneWay(Invocation call, RpcConnection connection, long deadline) {
    connection.outgoing().startOneWay(call, deadline);
  }

  /** Calls for a stream; every failure reaches its reader. */
  RpcStream<Object> callStream(Invocation call) {
    try {
      long deadline = deadlines.of(call);
      return settings.outgoing().isEmpty()
          ? startStream(call, deadline)
          : interceptedStream(call, deadline);
    } catch (Throwable t) {
      return LocalStream.failed(t);
    }
  }

  private RpcStream<Object> startStream(Invocation call, long deadline) {
    StreamingCall pending =
        StreamingCall.ofStream(
            call,
            deadline,
            settings.window(),
            payload -> responses.value(call, payload),
            failure -> FailedCall.unwrapped(responses.failure(call, failure)));
    try {
      Attempts attempts = connections.attempts(call);
      if (attempts != null) {
        pending.results().whenEnded().whenComplete((nothing, why) -> attempts.ended(why));
      }
      RpcConnection connection = tryPick(call, attempts);
      if (connection != null) {
        pending.start(connection);
      } else {
        Thread thread =
            later(call, () -> pending.start(pick(call, attempts, deadline)), pending::notStarted);
        pending.waitsOn(thread);
        thread.start();
      }
    } catch (Throwable t) {
      pending.notStarted(t);
    }
    return pending.results();
  }

  /** As {@link #intercepted}: what an interceptor makes of the reply is what the caller is given. */
  private RpcStream<Object> interceptedStream(Invocation call, long deadline) {
    CompletableFuture<RpcStream<Object>> outer = new CompletableFuture<>();
    Queue<RpcStream<Object>> inner = new ConcurrentLinkedQueue<>();
    InterceptorChain.pass(
            settings.outgoing(),
            new OutgoingCallView(call, false, settings.clock(), deadline),
            passed -> {
              Invocation changed = ((OutgoingCallView) passed).call();
              deadlines.check(changed, deadline);
              RpcStream<Object> begun = startStream(changed, deadline);
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
              stream.close(); // it comes too late
            }
          } else {
            outer.completeExceptionally(
                Objects.requireNonNull(InterceptorChain.unwrapped(failure)));
            inner.forEach(RpcStream::close); // nobody will ever read them
          }
        });
    // There is a stream as soon as the call is made, also if it has no deadline.
    long nanos = Math.min(settings.defaultTimeout(), settings.clock().left(deadline));
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

  /** A stream that there will be, as one. */
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
            coming.thenAccept(RpcStream::close); // nobody will read it, or more of it
          }
        });
    return stream;
  }

  private CallFuture start(Invocation call, long deadline, ReplyReader reader) {
    // What has been sent of a stream can't be sent again.
    Attempts attempts = call.stream() == null ? connections.attempts(call) : null;
    if (attempts == null) {
      return startOnce(call, deadline, reader);
    }
    return attempts.maxHedges() > 0
        ? hedged(call, attempts, deadline, reader)
        : new RetriedCall(this, settings.clock(), call, attempts, deadline).async(reader);
  }

  private CallFuture hedged(Invocation call, Attempts attempts, long deadline, ReplyReader reader) {
    return new HedgedCall(this, settings.clock(), call, attempts, deadline, reader).start();
  }

  private CallFuture startOnce(Invocation call, long deadline, ReplyReader reader) {
    CallFuture future = new CallFuture();
    try {
      Attempts attempts = connections.attempts(call);
      if (attempts != null) {
        future.whenComplete((result, why) -> attempts.ended(why));
      }
      RpcConnection connection = tryPick(call, attempts);
      if (connection != null) {
        start(call, connection, deadline, future, reader);
      } else {
        startLater(
            call,
            future,
            () -> {
              try {
                start(call, pick(call, attempts, deadline), deadline, future, reader);
              } catch (Throwable t) {
                notStarted(call, future, t);
              }
            });
      }
    } catch (Throwable t) {
      notStarted(call, future, t);
    }
    return future;
  }

  /**
   * Waits for a connection on a thread of its own.
   *
   * @param call the call
   * @param future of the call; ends the wait when the caller completes it
   * @param task waits and calls; what it throws is what the call fails with
   */
  void startLater(Invocation call, CallFuture future, Runnable task) {
    Thread thread = later(call, task, future::fail);
    future.cancelWith(thread::interrupt);
    thread.start();
  }

  /**
   * Makes a thread that waits for a connection.
   *
   * @param call the call
   * @param task waits and calls
   * @param failed told what that has thrown
   * @return the thread, not started
   */
  private Thread later(Invocation call, Runnable task, Consumer<Throwable> failed) {
    if (waiting.incrementAndGet() > settings.limits().pending()) {
      waiting.decrementAndGet();
      throw new RpcException(
          RpcCode.RESOURCE_EXHAUSTED,
          "%,d calls wait for a connection of %s already (setting maxPendingCalls)"
              .formatted(settings.limits().pending(), this),
          null,
          null,
          Map.of(),
          true);
    }
    return Thread.ofVirtual()
        .unstarted(() -> {
          try {
            call.context()
                .run(() -> {
                  try {
                    task.run();
                  } catch (Throwable t) {
                    failed.accept(t);
                  }
                });
          } finally {
            waiting.decrementAndGet();
          }
        });
  }

  private static void notStarted(Invocation call, CallFuture future, Throwable why) {
    RpcStream<?> stream = call.stream();
    if (stream != null) {
      stream.close();
    }
    future.fail(why);
  }

  static void start(
      Invocation call,
      RpcConnection connection,
      long deadline,
      CallFuture future,
      ReplyReader reader) {
    RpcStream<?> stream = call.stream();
    if (future.isDone()) { // the caller has given up meanwhile
      if (stream != null) {
        stream.close();
      }
      return;
    }
    if (stream != null) {
      StreamingCall streaming =
          StreamingCall.ofValue(
              call, deadline, new AsyncCall(call, connection, deadline, future, reader));
      streaming.start(connection);
      future.cancelWith(streaming::abandon);
      return;
    }
    AsyncCall pending = new AsyncCall(call, connection, deadline, future, reader);
    connection.outgoing().start(pending);
    future.cancelWith(pending::abandon);
  }

  /** Has a call pass the interceptors. Whatever they make of it, it is cancelled with the result. */
  private CallFuture intercepted(Invocation call, boolean oneWay, long deadline) {
    CallFuture outer = new CallFuture();
    Queue<CallFuture> inner = new ConcurrentLinkedQueue<>();
    outer.cancelWith(() -> inner.forEach(future -> future.cancel(true)));
    AtomicBoolean passedOn = new AtomicBoolean();
    OutgoingCallView view = new OutgoingCallView(call, oneWay, settings.clock(), deadline);
    InterceptorChain.pass(
            settings.outgoing(),
            view,
            passed -> {
              Invocation changed = ((OutgoingCallView) passed).call();
              passedOn.set(true);
              deadlines.check(changed, deadline);
              if (oneWay) {
                sendOneWay(changed, deadline);
                return CompletableFuture.completedStage(new RpcReply(null, Metadata.empty()));
              }
              CallFuture sent = start(changed, deadline, responses::reply);
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
    long left = settings.clock().left(deadline);
    long nanos = left == Clock.NEVER ? settings.defaultTimeout() : left;
    intercepted.add(
        outer,
        nanos,
        () -> left == Clock.NEVER && inner.stream().anyMatch(future -> !future.isDone()),
        () ->
            call.context()
                .run(() ->
                    outer.fail(notCompleted(call, nanos, left != Clock.NEVER && !passedOn.get()))));
    return outer;
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

  private RpcConnection pick(Invocation call, long deadline) {
    return pick(call, null, deadline);
  }

  private RpcConnection pick(Invocation call, @Nullable Attempts attempts, long deadline) {
    RpcConnection connection = tryPick(call, attempts);
    if (connection != null) {
      return connection;
    }
    return attempts != null
        ? attempts.pick(deadline)
        : connections.pick(call, settings.clock(), deadline);
  }

  private @Nullable RpcConnection tryPick(Invocation call, @Nullable Attempts attempts) {
    return attempts != null ? attempts.tryPick() : connections.tryPick(call);
  }

  @Override
  public String toString() {
    return connections.describe();
  }
}
