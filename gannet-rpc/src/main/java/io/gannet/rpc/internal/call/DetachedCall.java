package io.gannet.rpc.internal.call;

/** A call that the thread which makes it doesn't wait for. */
abstract class DetachedCall extends OutgoingCall {

  DetachedCall(Invocation call, long deadline) {
    super(call, deadline);
  }

  /**
   * Sends it, unless its caller has given up. Waits for room in the outbound queue.
   *
   * @throws RuntimeException if it can't be sent; it has not ended then
   */
  abstract void sendOn(RpcConnection connection);

  /** Ends it, because it can't be sent. */
  abstract void notSent(Throwable why);

  /**
   * A thread, which is not started yet, waits for its connection; interrupted if the caller gives
   * up.
   */
  abstract void waitsOn(Thread thread);
}
