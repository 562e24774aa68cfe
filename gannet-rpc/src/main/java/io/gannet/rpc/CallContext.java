package io.gannet.rpc;

import java.time.Duration;
import java.util.Optional;

/**
 * The call that a handler works for. A handler gets it as a parameter of this type, which is not sent,
 * or by {@link #current()}.
 *
 * <p><b>Cancellation.</b> When the caller cancels, its time is over or its connection ends, the
 * handler's thread is interrupted, if the handler is still running on it, and {@link #isCancelled()} is
 * true from then on. A stage that the handler has returned is cancelled, on a virtual thread, and not
 * waited for. A call without a response ({@link OneWay}) is cancelled only when its time is over.
 *
 * <p><b>Calls made by the handler</b> on its own thread have at most the time that is left for this
 * one.
 */
public interface CallContext {

  /**
   * {@return the call that the current thread handles, if it does}
   */
  static Optional<CallContext> current() {
    return Optional.ofNullable(RpcProvider.load().currentCall());
  }

  /**
   * {@return who calls}
   */
  RpcPeer peer();

  /**
   * {@return service and method, as {@code Greeter/hello}}
   */
  String method();

  /**
   * {@return what goes along with the call}
   */
  Metadata metadata();

  /**
   * Adds to what goes along with the reply.
   *
   * @param metadata the entries; those that are there already with the same keys are replaced
   */
  void replyWith(Metadata metadata);

  /**
   * {@return how much time is left; negative if it is over; empty if there is no limit}
   */
  Optional<Duration> timeLeft();

  /**
   * {@return whether nobody waits for the reply any more}
   */
  boolean isCancelled();
}
