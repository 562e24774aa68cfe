package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The future for the caller of an asynchronous call. If the caller completes it in any way, the
 * call is cancelled.
 */
final class CallFuture extends CompletableFuture<@Nullable Object> {

  /** Cancels the call; null before that is possible. */
  private volatile @Nullable Runnable canceller;

  CallFuture() {}

  /**
   * Sets the action that cancels the call. Runs it at once if the caller has already completed the
   * future.
   */
  void cancelWith(Runnable action) {
    canceller = action;
    if (isDone()) {
      action.run();
    }
  }

  /** Completes the future with the result. */
  void succeed(@Nullable Object value) {
    super.complete(value);
  }

  /** Completes the future with a failure. */
  void fail(Throwable failure) {
    super.completeExceptionally(failure);
  }

  /**
   * Waits for the end of its call. Cancels the call if the thread is interrupted.
   *
   * @return the result
   * @throws RpcException if the call fails
   * @throws FailedCall if it fails with another exception that the caller expects
   */
  @Nullable Object await(Invocation call) {
    try {
      return get();
    } catch (InterruptedException e) {
      cancel(true);
      throw call.interrupted(e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      if (cause instanceof RpcException ours) {
        throw ours;
      }
      throw cause instanceof Error || call.expects(cause)
          ? new FailedCall(cause)
          : new RpcException(RpcCode.UNKNOWN, String.valueOf(cause.getMessage()), cause);
    }
  }

  @Override
  public boolean complete(@Nullable Object value) {
    return cancelCallIf(super.complete(value));
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    return cancelCallIf(super.completeExceptionally(failure));
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean ended = isDone();
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    cancelCallIf(!ended && cancelled);
    return cancelled;
  }

  private boolean cancelCallIf(boolean ended) {
    Runnable action = canceller;
    if (ended && action != null) {
      action.run();
    }
    return ended;
  }
}
