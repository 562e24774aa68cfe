package io.gannet.rpc.internal.call;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of an asynchronous call is given. When the caller completes it, in whatever way, the
 * call is cancelled.
 */
final class CallFuture extends CompletableFuture<@Nullable Object> {

  /** The call, once it has been sent. */
  private volatile @Nullable AsyncCall call;

  CallFuture() {}

  /** The call has been sent. */
  void sent(AsyncCall sent) {
    call = sent;
    if (isDone()) {
      sent.abandon();
    }
  }

  /** Ends it from this side of the call. */
  void succeed(@Nullable Object value) {
    super.complete(value);
  }

  /** Ends it from this side of the call. */
  void fail(Throwable failure) {
    super.completeExceptionally(failure);
  }

  @Override
  public boolean complete(@Nullable Object value) {
    return abandonedIf(super.complete(value));
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    return abandonedIf(super.completeExceptionally(failure));
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean ended = isDone();
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    abandonedIf(!ended && cancelled);
    return cancelled;
  }

  private boolean abandonedIf(boolean ended) {
    AsyncCall sent = call;
    if (ended && sent != null) {
      sent.abandon();
    }
    return ended;
  }
}
