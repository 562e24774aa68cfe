package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.RpcCaller;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.service.ServiceShape;
import io.gannet.rpc.internal.service.ServiceShapes;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.transport.EventLoops;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls, on connections chosen by a {@link ConnectionPicker}. An {@link Invocation} with its
 * deadline passes one chain, for every kind of call: {@link InterceptorStage},
 * {@link AttemptStage}, {@link ConnectionStage}, and the {@link OutgoingCalls} of a connection.
 */
public final class Caller implements RpcCaller {

  private final ServiceShapes shapes;
  private final ConnectionPicker connections;
  private final UntypedCalls untyped;
  private final Deadlines deadlines;
  private final InterceptorStage chain;

  /**
   * Creates a caller.
   *
   * @param settings the settings that all connections of the endpoint share
   * @param connections chooses the connection of each call
   */
  public Caller(CallSettings settings, ConnectionPicker connections) {
    this.shapes = settings.shapes();
    this.connections = connections;
    this.untyped = new UntypedCalls(settings.json());
    this.deadlines = new Deadlines(settings.clock(), settings.defaultTimeout());
    ResponseReader responses = new ResponseReader(settings.failures());
    AttemptStage attempts = new AttemptStage(connections, settings, responses);
    this.chain = new InterceptorStage(settings, deadlines, responses, attempts);
  }

  // ---------------------------------------------------------------- what is called

  @Override
  public <T> T proxy(Class<T> service, CallOptions options) {
    Objects.requireNonNull(options, "options");
    ServiceShape shape = shapes.of(service);
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
      throw e.unchecked();
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
    try {
      callOneWay(untyped.of(method, Void.class, options, arguments, false));
    } catch (FailedCall e) {
      throw e.unchecked();
    }
  }

  @Override
  public RpcStream<Object> callStream(
      String method,
      Type itemType,
      CallOptions options,
      List<? extends @Nullable Object> arguments) {
    return callStream(untyped.of(method, itemType, options, arguments, true));
  }

  // ---------------------------------------------------------------- how it is called

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
    return chain.blocking(call, deadlines.of(call));
  }

  /** Calls asynchronously. All failures are delivered to the stage. */
  CallFuture callAsync(Invocation call) {
    try {
      return chain.async(call, deadlines.of(call));
    } catch (Throwable t) {
      CallFuture failed = new CallFuture();
      failed.fail(t);
      return failed;
    }
  }

  /** Calls without a response. Throws the same exceptions as {@link #callBlocking}. */
  void callOneWay(Invocation call) {
    chain.oneWay(call, deadlines.of(call));
  }

  /** Calls for a stream. All failures are delivered to its reader. */
  RpcStream<Object> callStream(Invocation call) {
    try {
      return chain.stream(call, deadlines.of(call));
    } catch (Throwable t) {
      return LocalStream.failed(t);
    }
  }

  @Override
  public String toString() {
    return connections.describe();
  }
}
