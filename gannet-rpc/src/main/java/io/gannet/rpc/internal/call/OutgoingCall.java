package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;

/** A call of this side. Ends once: with a response or a failure. */
abstract class OutgoingCall {

  final Invocation call;

  /** Until when there must be a response. */
  final long deadline;

  /** How much time it had when it was sent; set before it becomes known to other threads. */
  long nanos;

  /** Its id on its connection; set before it becomes known to other threads. */
  long id;

  OutgoingCall(Invocation call, long deadline) {
    this.call = call;
    this.deadline = deadline;
  }

  /** {@return which streams belong to it} */
  final Frame.Streams streams() {
    return call.streams();
  }

  /** A response has come. Called once, by any thread, and not if {@link #fail} is; must not block. */
  abstract void respond(Frame.Response response);

  /** There will be no response. Called once, by any thread, and not if {@link #respond} is. */
  abstract void fail(RpcException failure);
}
