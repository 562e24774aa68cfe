package io.gannet.discovery.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A result that users wait for. It is completed on the registry's thread. Dependent stages of users
 * must not run there, so they run on a virtual thread.
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

  /** {@return the stage for users, who can't complete it} */
  CompletionStage<T> stage() {
    return result.minimalCompletionStage();
  }

  /** {@return the future to wait for} */
  CompletableFuture<T> future() {
    return result;
  }
}
