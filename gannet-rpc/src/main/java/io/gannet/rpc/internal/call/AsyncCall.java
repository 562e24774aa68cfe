package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;

/** A call whose caller is told, on a virtual thread, how it has ended. */
final class AsyncCall extends OutgoingCall {

  private final RpcConnection connection;
  private final CallFuture future;
  private final ReplyReader reader;

  /**
   * Creates a call.
   *
   * @param call the call, in whose context the result is read and given to the caller
   * @param connection where it is made
   * @param deadline until when there must be a response
   * @param future completes with the result
   * @param reader makes the result of a response, or throws what it says instead
   */
  AsyncCall(
      Invocation call,
      RpcConnection connection,
      long deadline,
      CallFuture future,
      ReplyReader reader) {
    super(call, deadline);
    this.connection = connection;
    this.future = future;
    this.reader = reader;
  }

  void abandon() {
    connection.outgoing().abandon(this);
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
