package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call of this side. Ends once: with a response or a failure. */
abstract class OutgoingCall {

  final Invocation call;

  /** Until when there must be a response. */
  final long deadline;

  /** How much time it had when it was sent; set before it becomes known to other threads. */
  long nanos;

  /** Its id on its connection; set before it becomes known to other threads. */
  long id;

  /** What came before the response, or null. Set by the I/O thread. */
  private volatile @Nullable Metadata beginning;

  OutgoingCall(Invocation call, long deadline) {
    this.call = call;
    this.deadline = deadline;
  }

  /** {@return which streams belong to it} */
  final Frame.Streams streams() {
    return call.streams();
  }

  /** The reply begins; returns whether that is of any use. Called on the I/O thread. */
  boolean begins(Metadata metadata) {
    if (beginning != null) {
      return false;
    }
    beginning = metadata;
    return true;
  }

  /**
   * Tells the caller how the reply has begun, if it wants to know. On the thread that reads the
   * reply.
   */
  final void tellBeginning() {
    Consumer<Metadata> onBegin = call.options().onBegin();
    Metadata metadata = beginning;
    if (onBegin != null && metadata != null) {
      onBegin.accept(metadata);
    }
  }

  /**
   * A response has come. Called once, by any thread, and not if {@link #fail} is; must not block.
   */
  abstract void respond(Frame.Response response);

  /** There will be no response. Called once, by any thread, and not if {@link #respond} is. */
  abstract void fail(RpcException failure);
}
