package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCaller;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.internal.format.JsonMethodFormat;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.protobuf.ProtobufMethodFormat;
import io.gannet.rpc.internal.protobuf.ProtobufTypes;
import io.gannet.rpc.internal.service.ServiceShape;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.transport.EventLoops;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** Makes calls, on connections that somebody else chooses. */
public final class Caller implements RpcCaller {

  private static final long MAX_NANOS = Clock.NEVER;

  private final CallSettings settings;
  private final Connections connections;

  /** How many asynchronous calls wait for a connection. */
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Creates a caller.
   *
   * @param settings what all connections of the endpoint have in common
   * @param connections chooses one for each call
   */
  public Caller(CallSettings settings, Connections connections) {
    this.settings = settings;
    this.connections = connections;
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
      return callBlocking(untyped(method, resultType, options, arguments));
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
    return callAsync(untyped(method, resultType, options, arguments));
  }

  @Override
  public void callOneWay(
      String method, CallOptions options, List<? extends @Nullable Object> arguments) {
    callOneWay(untyped(method, Void.class, options, arguments));
  }

  private Invocation untyped(
      String method,
      Type resultType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return new Invocation(
        method, format(method, resultType, arguments), arguments.toArray(), options, null);
  }

  /** Protobuf if the argument or the result is a message, else JSON. */
  private MethodFormat format(
      String method, Type resultType, List<? extends @Nullable Object> arguments) {
    boolean isVoid = resultType == void.class || resultType == Void.class;
    Class<?> argument = null;
    if (arguments.size() == 1 && arguments.getFirst() != null) {
      argument = arguments.getFirst().getClass();
    }
    boolean sendsMessage = argument != null && ProtobufTypes.isMessage(argument);
    if (sendsMessage || ProtobufTypes.isMessage(resultType)) {
      if (!isVoid && !ProtobufTypes.isMessage(resultType)) {
        throw new IllegalArgumentException(
            "what is called with a Protobuf message returns one: " + resultType.getTypeName());
      }
      return new ProtobufMethodFormat(
          method, sendsMessage ? argument : null, isVoid ? null : (Class<?>) resultType);
    }
    List<JavaType> parameters =
        Collections.nCopies(arguments.size(), settings.mapper().constructType(Object.class));
    return new JsonMethodFormat(
        method,
        settings.mapper(),
        parameters,
        isVoid ? null : settings.mapper().constructType(resultType));
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
    long deadline = deadline(call.options());
    if (!settings.outgoing().isEmpty()) {
      return await(call, intercepted(call, false, deadline));
    }
    Attempts attempts = connections.attempts(call);
    return attempts == null
        ? once(call, pick(call, deadline), deadline)
        : new RetriedCall(this, settings.clock(), call, attempts, deadline).blocking();
  }

  /** Calls on one connection and waits; throws what {@link #callBlocking} does. */
  @Nullable Object once(Invocation call, RpcConnection connection, long deadline) {
    BlockingCall pending = new BlockingCall(deadline);
    connection.outgoing().start(pending, call.path(), call.options().metadata(), call.payload());
    Frame.Response response;
    try {
      response = pending.await();
    } catch (InterruptedException e) {
      connection.outgoing().abandon(pending);
      throw interrupted(call, e);
    }
    return result(call, response);
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
      long deadline = deadline(call.options());
      return settings.outgoing().isEmpty()
          ? start(call, deadline, response -> result(call, response))
          : intercepted(call, false, deadline);
    } catch (Throwable t) {
      CallFuture failed = new CallFuture();
      failed.fail(t);
      return failed;
    }
  }

  /** Calls without a response. */
  void callOneWay(Invocation call) {
    long deadline = deadline(call.options());
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
    connection
        .outgoing()
        .startOneWay(call.path(), call.options().metadata(), call.payload(), deadline);
  }

  private CallFuture start(
      Invocation call, long deadline, Function<Frame.Response, @Nullable Object> reader) {
    Attempts attempts = connections.attempts(call);
    return attempts == null
        ? startOnce(call, deadline, reader)
        : new RetriedCall(this, settings.clock(), call, attempts, deadline).async(reader);
  }

  private CallFuture startOnce(
      Invocation call, long deadline, Function<Frame.Response, @Nullable Object> reader) {
    CallFuture future = new CallFuture();
    try {
      RpcConnection connection = connections.tryPick(call);
      if (connection != null) {
        start(call, connection, deadline, future, reader);
      } else {
        startLater(future, () -> start(call, pick(call, deadline), deadline, future, reader));
      }
    } catch (Throwable t) {
      future.fail(t);
    }
    return future;
  }

  /**
   * Waits for a connection on a thread of its own.
   *
   * @param future of the call; ends the wait when the caller completes it
   * @param task waits and calls; what it throws is what the call fails with
   */
  void startLater(CallFuture future, Runnable task) {
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
    Thread thread =
        Thread.ofVirtual()
            .unstarted(() -> {
              try {
                task.run();
              } catch (Throwable t) {
                future.fail(t);
              } finally {
                waiting.decrementAndGet();
              }
            });
    future.cancelWith(thread::interrupt);
    thread.start();
  }

  static void start(
      Invocation call,
      RpcConnection connection,
      long deadline,
      CallFuture future,
      Function<Frame.Response, @Nullable Object> reader) {
    if (future.isDone()) {
      return; // the caller has given up meanwhile
    }
    AsyncCall pending = new AsyncCall(connection, deadline, future, reader);
    connection.outgoing().start(pending, call.path(), call.options().metadata(), call.payload());
    future.cancelWith(pending::abandon);
  }

  /** Has a call pass the interceptors. Whatever they make of it, it is cancelled with the result. */
  private CallFuture intercepted(Invocation call, boolean oneWay, long deadline) {
    CallFuture outer = new CallFuture();
    Queue<CallFuture> inner = new ConcurrentLinkedQueue<>();
    outer.cancelWith(() -> inner.forEach(future -> future.cancel(true)));
    OutgoingCallView view = new OutgoingCallView(call, oneWay, settings.clock(), deadline);
    Interceptors.pass(
            settings.outgoing(),
            view,
            passed -> {
              Invocation changed = ((OutgoingCallView) passed).call();
              if (deadline <= settings.clock().now()) {
                throw new RpcException(
                    RpcCode.DEADLINE_EXCEEDED,
                    "the time for %s was over before it was sent".formatted(changed.path()),
                    null,
                    null,
                    Map.of(),
                    true);
              }
              if (oneWay) {
                sendOneWay(changed, deadline);
                return CompletableFuture.completedStage(new RpcReply(null, Metadata.empty()));
              }
              CallFuture sent = start(changed, deadline, response -> reply(changed, response));
              inner.add(sent);
              if (outer.isDone()) {
                sent.cancel(true);
              }
              return sent.thenApply(RpcReply.class::cast);
            })
        .whenComplete((reply, failure) -> {
          if (failure != null) {
            outer.fail(Objects.requireNonNull(Interceptors.unwrapped(failure)));
          } else {
            outer.succeed(reply == null ? null : reply.result());
          }
        });
    return outer;
  }

  private RpcConnection pick(Invocation call, long deadline) {
    RpcConnection connection = connections.tryPick(call);
    return connection != null ? connection : connections.pick(call, settings.clock(), deadline);
  }

  /** Until when a call may take: no longer than the call that the current thread handles. */
  private long deadline(CallOptions options) {
    Duration timeout = options.timeout();
    long deadline =
        settings.clock().after(timeout == null ? settings.defaultTimeout() : nanos(timeout));
    IncomingCall outer = CurrentCall.incoming();
    if (outer != null) {
      if (outer.isCancelled()) {
        throw new RpcException(
            RpcCode.CANCELLED, outer + " was cancelled", null, null, Map.of(), true);
      }
      long left = outer.nanosLeft();
      if (left <= 0) {
        throw new RpcException(
            RpcCode.DEADLINE_EXCEEDED,
            "there is no time left for " + outer,
            null,
            null,
            Map.of(),
            true);
      }
      deadline = Math.min(deadline, settings.clock().after(left));
    }
    return deadline;
  }

  private static long nanos(Duration timeout) {
    return timeout.compareTo(Duration.ofNanos(MAX_NANOS)) >= 0 ? MAX_NANOS : timeout.toNanos();
  }

  private RpcReply reply(Invocation call, Frame.Response response) {
    return new RpcReply(result(call, response), response.metadata());
  }

  private @Nullable Object result(Invocation call, Frame.Response response) {
    Consumer<Metadata> onReply = call.options().onReply();
    if (onReply != null) {
      onReply.accept(response.metadata());
    }
    Frame.Failure failure = response.failure();
    if (failure != null) {
      Exception known = settings.failures().known(failure);
      throw known != null && call.expects(known)
          ? new FailedCall(known)
          : Failures.unknown(failure);
    }
    Payload payload = response.payload();
    if (payload.encoding() != call.format().encoding()
        && payload.encoding() != Payload.Encoding.NONE) {
      throw new RpcException(
          RpcCode.INTERNAL,
          "the result of %s came as %s, not as %s"
              .formatted(call.path(), payload.encoding(), call.format().encoding()));
    }
    byte[] bytes;
    try {
      bytes = payload.bytes();
    } catch (RpcException e) {
      throw new RpcException(
          RpcCode.INTERNAL, "the result of %s: %s".formatted(call.path(), e.getMessage()), e);
    }
    return call.format().readResult(bytes);
  }

  @Override
  public String toString() {
    return connections.describe();
  }
}
