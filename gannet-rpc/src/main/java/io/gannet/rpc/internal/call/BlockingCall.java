package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call whose caller waits, on the thread that has made it. */
final class BlockingCall extends OutgoingCall {

  private final Thread caller = Thread.currentThread();

  /** A {@link Frame.Response} or an {@link RpcException}. */
  private volatile @Nullable Object outcome;

  BlockingCall(Invocation call, long deadline) {
    super(call, deadline);
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
   * Waits for the end.
   *
   * @return the response
   * @throws RpcException if there is none
   * @throws InterruptedException if the caller is interrupted before there is one
   */
  Frame.Response await() throws InterruptedException {
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
