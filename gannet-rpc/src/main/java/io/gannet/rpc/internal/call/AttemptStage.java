package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The second stage of an outgoing call. It decides whether the call is tried once, again after a
 * failure ({@link RetriedCall}), or at several instances ({@link HedgedCall}). A call with streams
 * is tried once, because the sent part of a stream can't be sent again.
 */
final class AttemptStage {

  private final ConnectionPicker connections;
  private final ConnectionStage next;
  private final Clock clock;
  private final ResponseReader responses;

  /** Makes what the caller is given; one object for all calls. */
  private final ResponseMapper results;

  private final Frame.Window window;

  AttemptStage(ConnectionPicker connections, CallSettings settings, ResponseReader responses) {
    this.connections = connections;
    this.clock = settings.clock();
    this.next = new ConnectionStage(connections, clock, settings.limits().pending());
    this.responses = responses;
    this.results = responses::result;
    this.window = settings.window();
  }

  /**
   * Calls and waits. A call without retries needs neither a future nor a thread.
   *
   * @return the result
   * @throws RpcException if the call fails
   * @throws FailedCall if it fails with another exception that the caller expects
   */
  @Nullable Object blocking(Invocation call, long deadline) {
    Attempts attempts = connections.attempts(call);
    if (call.stream() != null) {
      return once(call, attempts, deadline, results).await(call);
    }
    if (attempts == null) {
      RpcConnection connection = next.connect(call, null, deadline);
      return new BlockingCall(call, deadline).callOn(connection, results);
    }
    return attempts.maxHedges() > 0
        ? hedged(call, attempts, deadline, results).await(call)
        : retried(call, attempts, deadline, results).blocking();
  }

  /**
   * Calls asynchronously. The result is read on a thread that the response starts, not on the
   * caller's thread.
   *
   * @param mapper makes the result of a response, or throws its failure
   * @return completes with the result or any failure
   */
  CallFuture async(Invocation call, long deadline, ResponseMapper mapper) {
    Attempts attempts = connections.attempts(call);
    if (attempts == null || call.stream() != null) {
      return once(call, attempts, deadline, mapper);
    }
    return attempts.maxHedges() > 0
        ? hedged(call, attempts, deadline, mapper)
        : retried(call, attempts, deadline, mapper).async();
  }

  private CallFuture once(
      Invocation call, @Nullable Attempts attempts, long deadline, ResponseMapper mapper) {
    CallFuture future = new CallFuture();
    if (attempts != null) {
      future.whenComplete((result, failure) -> attempts.ended(failure));
    }
    AsyncCall async = new AsyncCall(call, deadline, future, mapper);
    next.send(call.stream() == null ? async : StreamingCall.ofValue(async), attempts);
    return future;
  }

  private CallFuture hedged(
      Invocation call, Attempts attempts, long deadline, ResponseMapper mapper) {
    return new HedgedCall(next, clock, call, attempts, deadline, mapper).start();
  }

  private RetriedCall retried(
      Invocation call, Attempts attempts, long deadline, ResponseMapper mapper) {
    return new RetriedCall(next, clock, call, attempts, deadline, mapper);
  }

  /**
   * Calls without a response. Waits until the call is sent.
   *
   * @throws RpcException if it can't be sent
   */
  void oneWay(Invocation call, long deadline) {
    Attempts attempts = connections.attempts(call);
    if (attempts == null) {
      next.connect(call, null, deadline).outgoing().startOneWay(call, deadline);
    } else {
      retried(call, attempts, deadline, results).oneWay();
    }
  }

  /** Calls for a stream. All failures are delivered to its reader. */
  RpcStream<Object> stream(Invocation call, long deadline) {
    StreamingCall streaming = StreamingCall.ofStream(call, deadline, window, responses);
    Attempts attempts = connections.attempts(call);
    if (attempts != null) {
      streaming.results().whenEnded().whenComplete((nothing, why) -> attempts.ended(why));
    }
    next.send(streaming, attempts);
    return streaming.results();
  }
}
