package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.context.Context;
import io.gannet.rpc.internal.wire.Frame;
import java.time.Duration;
import java.util.Map;

/** Computes the deadlines of outgoing calls. */
final class Deadlines {

  private final Clock clock;
  private final long defaultTimeout;

  /**
   * Creates the computation.
   *
   * @param clock the clock
   * @param defaultTimeout the timeout of calls without their own timeout, in nanoseconds
   */
  Deadlines(Clock clock, long defaultTimeout) {
    this.clock = clock;
    this.defaultTimeout = defaultTimeout;
  }

  /**
   * {@return the deadline of a call that starts now: not later than that of the call that the
   * current thread handles}
   *
   * @throws RpcException if no time is left, or that call was cancelled
   */
  long of(Invocation call) {
    long deadline = clock.after(timeout(call));
    if (Context.current().handled() instanceof IncomingCall outer && outer.limitsCalls()) {
      if (outer.isCancelled()) {
        throw new RpcException(
            RpcCode.CANCELLED, outer + " was cancelled", null, null, Map.of(), true);
      }
      long left = outer.nanosLeft();
      if (left <= 0) {
        throw new RpcException(
            RpcCode.DEADLINE_EXCEEDED,
            "there is no time left to call %s: %s of %s are over"
                .formatted(call.path(), outer, outer.request().timeout()),
            null,
            null,
            Map.of(),
            true);
      }
      deadline = Math.min(deadline, clock.after(left));
    }
    return deadline;
  }

  /**
   * Throws if no time is left.
   *
   * @throws RpcException if no time is left
   */
  void check(Invocation call, long deadline) {
    if (deadline <= clock.now()) {
      throw new RpcException(
          RpcCode.DEADLINE_EXCEEDED,
          "the %s for %s were over before it was sent"
              .formatted(Clock.text(timeout(call)), call.path()),
          null,
          null,
          Map.of(),
          true);
    }
  }

  /** {@return the call's own timeout in nanoseconds} */
  private long timeout(Invocation call) {
    Duration timeout = call.options().timeout();
    if (timeout != null) {
      return Clock.nanos(timeout);
    }
    // A stream may last as long as both sides like.
    return call.streams() == Frame.Streams.NONE ? defaultTimeout : Clock.NEVER;
  }
}
