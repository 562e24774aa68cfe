package io.gannet.rpc.internal.call;

/** A call whose calling thread doesn't wait for it. */
abstract class DetachedCall extends OutgoingCall {

  DetachedCall(Invocation call, long deadline) {
    super(call, deadline);
  }

  /**
   * Sends the call, unless its caller has given up. Waits for room in the outbound queue.
   *
   * @throws RuntimeException if it can't be sent; then it has not ended
   */
  abstract void sendOn(RpcConnection connection);

  /** Fails the call because it can't be sent. */
  abstract void notSent(Throwable why);

  /**
   * Sets the thread, not started yet, that waits for its connection. It is interrupted if the
   * caller gives up.
   */
  abstract void waitsOn(Thread thread);
}
