package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call whose caller waits on the calling thread. */
final class BlockingCall extends OutgoingCall {

  private final Thread caller = Thread.currentThread();

  /** A {@link Frame.Response} or an {@link RpcException}. */
  private volatile @Nullable Object outcome;

  BlockingCall(Invocation call, long deadline) {
    super(call, deadline);
  }

  /**
   * Sends the call on a connection, waits for the response, and reads it.
   *
   * @param mapper makes the result of a response, or throws its failure
   * @return the result
   * @throws RpcException if the call fails
   * @throws FailedCall if it fails with another exception that the caller expects
   */
  @Nullable Object callOn(RpcConnection connection, ResponseMapper mapper) {
    connection.outgoing().start(this);
    Frame.Response response;
    try {
      response = await();
    } catch (InterruptedException e) {
      connection.outgoing().abandon(this);
      throw call.interrupted(e);
    }
    tellBeginning();
    return mapper.map(call, response);
  }

  @Override
  void respond(Frame.Response response) {
    outcome = response;
    LockSupport.unpark(caller);
  }

  @Override
  void fail(RpcException failure) {
    outcome = failure;
    LockSupport.unpark(caller);
  }

  /**
   * Waits for the response.
   *
   * @return the response
   * @throws RpcException if the call fails
   * @throws InterruptedException if the caller is interrupted before there is one
   */
  private Frame.Response await() throws InterruptedException {
    Object end = outcome;
    while (end == null) {
      LockSupport.park(this);
      end = outcome;
      if (end == null && Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    if (end instanceof RpcException failure) {
      throw failure;
    }
    return (Frame.Response) end;
  }
}
