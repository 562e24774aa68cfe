package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.RpcCaller;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.format.JsonMethodFormat;
import io.gannet.rpc.internal.format.MethodFormat;
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
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** Makes calls, on connections that somebody else chooses. */
public final class Caller implements RpcCaller {

  private static final long MAX_NANOS = Clock.NEVER;

  private final CallSettings settings;
  private final Connections connections;

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
      throw (RuntimeException) e.getCause(); // a call by name expects nothing else
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
    JavaType result =
        resultType == void.class || resultType == Void.class
            ? null
            : settings.mapper().constructType(resultType);
    List<JavaType> parameters =
        Collections.nCopies(arguments.size(), settings.mapper().constructType(Object.class));
    MethodFormat format = new JsonMethodFormat(method, settings.mapper(), parameters, result);
    return new Invocation(method, format, arguments.toArray(), options, null);
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
    RpcConnection connection = pick(call, deadline);
    BlockingCall pending = new BlockingCall(deadline);
    connection.outgoing().start(pending, call.path(), call.options().metadata(), call.payload());
    Frame.Response response;
    try {
      response = pending.await();
    } catch (InterruptedException e) {
      connection.outgoing().abandon(pending);
      Thread.currentThread().interrupt();
      throw new RpcException(
          RpcCode.CANCELLED, "interrupted while waiting for the response of " + call.path(), e);
    }
    return result(call, response);
  }

  /** Calls; every failure reaches the stage. */
  CallFuture callAsync(Invocation call) {
    CallFuture future = new CallFuture();
    try {
      long deadline = deadline(call.options());
      RpcConnection connection = connections.tryPick(call);
      if (connection != null) {
        startAsync(call, connection, deadline, future);
      } else {
        Thread.startVirtualThread(() -> {
          try {
            startAsync(call, pick(call, deadline), deadline, future);
          } catch (Throwable t) {
            future.fail(t);
          }
        });
      }
    } catch (Throwable t) {
      future.fail(t);
    }
    return future;
  }

  private void startAsync(
      Invocation call, RpcConnection connection, long deadline, CallFuture future) {
    if (future.isDone()) {
      return; // the caller has given up meanwhile
    }
    AsyncCall pending =
        new AsyncCall(connection, deadline, future, response -> result(call, response));
    connection.outgoing().start(pending, call.path(), call.options().metadata(), call.payload());
    future.sent(pending);
  }

  /** Calls without a response. */
  void callOneWay(Invocation call) {
    long deadline = deadline(call.options());
    RpcConnection connection = pick(call, deadline);
    connection
        .outgoing()
        .startOneWay(call.path(), call.options().metadata(), call.payload(), deadline);
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

  private @Nullable Object result(Invocation call, Frame.Response response) {
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
    return call.format().readResult(payload.bytes());
  }

  @Override
  public String toString() {
    return connections.describe();
  }
}
