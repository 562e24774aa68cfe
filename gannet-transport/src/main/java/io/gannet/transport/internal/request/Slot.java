package io.gannet.transport.internal.request;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The place of a request among those that wait, and the future of its answer. It may be left only by its
 * answer, long after the future has ended.
 */
final class Slot<M> extends CompletableFuture<M> {

  /** What its answer has, too; null where order says that. */
  private final @Nullable Object key;

  /** Changed under the monitor. */
  private @Nullable CompletableFuture<Void> timer;

  private boolean hasLeft;

  Slot(@Nullable Object key) {
    this.key = key;
  }

  @Nullable Object key() {
    return key;
  }

  /** Has something done after a time, on a virtual thread, unless this has left its place by then. */
  synchronized void after(long nanos, Runnable action) {
    if (hasLeft) {
      return;
    }
    CompletableFuture<Void> next = new CompletableFuture<>();
    timer = next;
    next.thenRunAsync(action, Thread::startVirtualThread);
    next.completeOnTimeout(null, Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  /** It is not among those that wait any more. Returns whether it was. */
  synchronized boolean leave() {
    boolean first = !hasLeft;
    hasLeft = true;
    if (timer != null) {
      timer.cancel(false); // which also takes it from the JDK's timer
    }
    return first;
  }

  /** What depends on this is an ordinary future, without a place. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
