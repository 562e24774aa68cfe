package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;

/** A call whose caller receives the outcome on a virtual thread. */
final class AsyncCall extends DetachedCall {

  private final CallFuture future;
  private final ResponseMapper mapper;

  /**
   * Creates a call.
   *
   * @param call the call; the result is read and delivered in its context
   * @param deadline the deadline of the response
   * @param future completes with the result
   * @param mapper makes the result of a response, or throws its failure
   */
  AsyncCall(Invocation call, long deadline, CallFuture future, ResponseMapper mapper) {
    super(call, deadline);
    this.future = future;
    this.mapper = mapper;
  }

  /** {@return whether the caller no longer waits} */
  boolean isGivenUp() {
    return future.isDone();
  }

  /** Sets the action that cancels the call. Runs it at once if the caller no longer waits. */
  void cancelWith(Runnable action) {
    future.cancelWith(action);
  }

  @Override
  void sendOn(RpcConnection connection) {
    if (isGivenUp()) {
      return;
    }
    connection.outgoing().start(this);
    cancelWith(() -> connection.outgoing().abandon(this));
  }

  @Override
  void notSent(Throwable why) {
    future.fail(why);
  }

  @Override
  void waitsOn(Thread thread) {
    cancelWith(thread::interrupt);
  }

  @Override
  void respond(Frame.Response response) {
    Thread.startVirtualThread(() -> call.context().run(() -> end(response)));
  }

  private void end(Frame.Response response) {
    Object result;
    try {
      tellBeginning();
      result = mapper.map(call, response);
    } catch (Throwable t) {
      future.fail(FailedCall.unwrapped(t));
      return;
    }
    future.succeed(result);
  }

  @Override
  void fail(RpcException failure) {
    fail((Throwable) failure);
  }

  void fail(Throwable failure) {
    Thread.startVirtualThread(() -> call.context().run(() -> future.fail(failure)));
  }
}
