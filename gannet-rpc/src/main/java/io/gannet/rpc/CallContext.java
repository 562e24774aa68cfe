package io.gannet.rpc;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The call that a handler works for. A handler gets it as a parameter of this type, which is not sent,
 * or by {@link #current()}.
 *
 * <p><b>Cancellation.</b> When the caller cancels, its time is over or its connection ends, the
 * handler's thread is interrupted, if the handler is still running on it, and {@link #isCancelled()} is
 * true from then on, and what {@link #onCancel} was given is run. The response doesn't wait for a stage that
 * the handler has returned, but the call counts for {@link RpcEndpointBuilder#maxRunningCalls} until that has
 * completed: it must, sooner or later. A stage that another call has returned is cancelled, which ends that
 * call; no other is, because that would end the stage and not the work. A call without a response ({@link OneWay}) is cancelled only when its time is over.
 *
 * <p><b>Calls made by the handler</b>, and by all that runs for this call ({@link #current()}), have at most the time
 * that is left for it, until it has ended.
 */
public interface CallContext {

  /**
   * {@return the call that the current thread works for, if it does: as its interceptor or handler, by making or
   * reading its streams, or in what is attached to a stage of a call that it makes}
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
   * Sends metadata at once, before the first item of the stream that the handler returns, and before its result. The
   * caller is given it by {@link CallOptions#withOnBegin}. Entries over its limits are left out. Nothing is sent in a
   * call without a reply, and in getty's protocol.
   *
   * @param metadata the entries
   * @throws IllegalStateException if that was done before, or an item or the reply has been sent
   * @throws RpcException if it can't be sent, because nobody waits any more
   */
  void beginWith(Metadata metadata);

  /**
   * {@return how much time is left; negative if it is over; empty if there is no limit}
   */
  Optional<Duration> timeLeft();

  /**
   * {@return whether nobody waits for the reply any more}
   */
  boolean isCancelled();

  /**
   * Has something done when nobody waits for the reply any more, for instance to end the work behind a stage
   * that the handler has returned.
   *
   * @param action run on a virtual thread when the call is cancelled, at once if it is already, and never if
   *     it ends otherwise
   */
  void onCancel(Runnable action);

  /**
   * Has tasks run on other threads as parts of this call: {@link #current()} is this call there, and all that
   * interceptors have bound ({@link RpcCall#within}) is bound.
   *
   * @param executor where tasks run
   * @return an executor that hands tasks to that one
   */
  Executor propagateTo(Executor executor);
}
