package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An outgoing call. It ends once, with a response or a failure. */
abstract class OutgoingCall {

  final Invocation call;

  /** The deadline of the response. */
  final long deadline;

  /** Its remaining time when it was sent. Set before other threads see the call. */
  long nanos;

  /** Its id on its connection. Set before other threads see the call. */
  long id;

  /** Whether its request has been accepted for sending. Set by the thread that sends it. */
  volatile boolean isSent;

  /** The metadata before the response, or null. Set by the I/O thread. */
  private volatile @Nullable Metadata beginning;

  OutgoingCall(Invocation call, long deadline) {
    this.call = call;
    this.deadline = deadline;
  }

  /** {@return which streams the call has} */
  final Frame.Streams streams() {
    return call.streams();
  }

  /** Called on the I/O thread when the reply begins. Returns whether this was expected. */
  boolean begins(Metadata metadata) {
    if (beginning != null) {
      return false;
    }
    beginning = metadata;
    return true;
  }

  /**
   * Passes the beginning of the reply to the caller, if it is interested. On the thread that reads
   * the reply.
   */
  final void tellBeginning() {
    Consumer<Metadata> onBegin = call.options().onBegin();
    Metadata metadata = beginning;
    if (onBegin != null && metadata != null) {
      onBegin.accept(metadata);
    }
  }

  /**
   * Called once, on any thread, when a response has arrived, unless {@link #fail} is called. Must
   * not block.
   */
  abstract void respond(Frame.Response response);

  /**
   * Called once, on any thread, when there will be no response, unless {@link #respond} is called.
   */
  abstract void fail(RpcException failure);
}
