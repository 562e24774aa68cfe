package io.gannet.rpc;

import io.gannet.rpc.internal.spi.RpcProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The incoming call that a handler works for. A handler receives it as a parameter of this type,
 * which isn't sent over the network, or calls {@link #current()}.
 *
 * <p><b>Cancellation.</b> A call is cancelled when the caller cancels it, when its deadline passes,
 * or when its connection closes. Then the handler's thread is interrupted if the handler still runs
 * on it, {@link #isCancelled()} becomes true, and the actions of {@link #onCancel} run. The
 * response doesn't wait for a stage that the handler has returned. However, the call counts towards
 * {@link RpcEndpointBuilder#maxRunningCalls} until that stage completes, so it must complete at
 * some time. If the stage belongs to another call, it is cancelled, which ends that call. Other
 * stages are not cancelled, because that would complete the stage without stopping the work. A call
 * without a response ({@link OneWay}) is cancelled only when its deadline passes.
 *
 * <p><b>Calls made by the handler</b>, and by all code that runs for this call
 * ({@link #current()}), have at most the remaining time of this call until it has ended.
 */
public interface CallContext {

  /**
   * {@return the call that the current thread works for, if there is one: in an interceptor or
   * handler, while producing or reading its streams, or in a stage that depends on a call made by
   * it}
   */
  static Optional<CallContext> current() {
    return Optional.ofNullable(RpcProvider.load().currentCall());
  }

  /** {@return the peer that made the call} */
  RpcPeer peer();

  /** {@return service and method, such as {@code Greeter/hello}} */
  String method();

  /** {@return the metadata of the call} */
  Metadata metadata();

  /**
   * Adds metadata to the reply.
   *
   * @param metadata the entries; they replace existing entries with the same keys
   */
  void replyWith(Metadata metadata);

  /**
   * Sends metadata at once, before the first item of the stream that the handler returns, and
   * before its result. The caller receives it through {@link CallOptions#withOnBegin}. Entries that
   * exceed the caller's limits are omitted. Nothing is sent in a call without a reply, and with
   * getty's protocol.
   *
   * @param metadata the entries
   * @throws IllegalStateException if this was called before, or an item or the reply has been sent
   * @throws RpcException if the metadata can't be sent, because the caller no longer waits
   */
  void beginWith(Metadata metadata);

  /**
   * {@return the remaining time; negative if the deadline has passed; empty if there is no
   * deadline}
   */
  Optional<Duration> timeLeft();

  /** {@return whether the call was cancelled, so that no caller waits for the reply} */
  boolean isCancelled();

  /**
   * Adds an action that runs when the call is cancelled, for instance to stop the work behind a
   * stage that the handler has returned.
   *
   * @param action runs on a virtual thread when the call is cancelled, at once if it already is,
   *     and never if the call ends otherwise
   */
  void onCancel(Runnable action);

  /**
   * Returns an executor whose tasks run as parts of this call: there, {@link #current()} returns
   * this call, and everything that interceptors have bound ({@link RpcCall#within}) is bound.
   *
   * @param executor runs the tasks
   * @return an executor that passes tasks to the given one
   */
  Executor propagateTo(Executor executor);
}
