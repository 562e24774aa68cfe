package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;

/** A call whose caller is told, on a virtual thread, how it has ended. */
final class AsyncCall extends DetachedCall {

  private final CallFuture future;
  private final ReplyReader reader;

  /**
   * Creates a call.
   *
   * @param call the call, in whose context the result is read and given to the caller
   * @param deadline until when there must be a response
   * @param future completes with the result
   * @param reader makes the result of a response, or throws what it says instead
   */
  AsyncCall(Invocation call, long deadline, CallFuture future, ReplyReader reader) {
    super(call, deadline);
    this.future = future;
    this.reader = reader;
  }

  /** {@return whether the caller doesn't wait for it any more} */
  boolean isGivenUp() {
    return future.isDone();
  }

  /** Says how to cancel it when the caller gives up, or does so at once if it has. */
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
      result = reader.read(call, response);
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
