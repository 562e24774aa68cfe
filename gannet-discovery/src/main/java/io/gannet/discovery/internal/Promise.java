package io.gannet.discovery.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A result that users wait for. It is completed on the registry's thread, and what they attach to it must not
 * run there: it runs on a virtual thread.
 */
final class Promise<T extends @Nullable Object> {

  private final CompletableFuture<T> result = new CompletableFuture<>();

  boolean isDone() {
    return result.isDone();
  }

  void complete(T value) {
    if (!result.isDone()) {
      Thread.ofVirtual().name("gannet-registry-completion").start(() -> result.complete(value));
    }
  }

  void fail(Throwable cause) {
    if (!result.isDone()) {
      Thread.ofVirtual()
          .name("gannet-registry-completion")
          .start(() -> result.completeExceptionally(cause));
    }
  }

  /** {@return what users see; they can't complete it} */
  CompletionStage<T> stage() {
    return result.minimalCompletionStage();
  }

  /** {@return to wait for it} */
  CompletableFuture<T> future() {
    return result;
  }
}
