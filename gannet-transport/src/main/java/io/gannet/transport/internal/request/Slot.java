package io.gannet.transport.internal.request;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The place of a waiting request, and the future of its response. The response may free the place
 * long after the future has completed.
 */
final class Slot<M> extends CompletableFuture<M> {

  /** The key of the request and its response; null if responses are matched by order. */
  private final @Nullable Object key;

  /** Guarded by the monitor. */
  private @Nullable CompletableFuture<Void> timer;

  private boolean hasLeft;

  Slot(@Nullable Object key) {
    this.key = key;
  }

  @Nullable Object key() {
    return key;
  }

  /** Schedules an action on a virtual thread, unless the request has left its place by then. */
  synchronized void after(long nanos, Runnable action) {
    if (hasLeft) {
      return;
    }
    CompletableFuture<Void> next = new CompletableFuture<>();
    timer = next;
    next.thenRunAsync(action, Thread::startVirtualThread);
    next.completeOnTimeout(null, Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  /** Frees the place. Returns whether it was still occupied. */
  synchronized boolean leave() {
    boolean first = !hasLeft;
    hasLeft = true;
    if (timer != null) {
      timer.cancel(false); // also removes it from the JDK's timer
    }
    return first;
  }

  /** Dependent stages are ordinary futures without a place. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
